// The bundle is a plain script: it leaves its function on the window.
window.SwaggerUIBundle({ url: 'api', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null })
