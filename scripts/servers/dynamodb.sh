#!/usr/bin/env bash
# DynamoDB: Amazon's own DynamoDB Local, in memory, on loopback only. JDK 17 or later, Maven. The printed pid stops it.
#   dynamodb.sh install
#   dynamodb.sh start PORT
. "$(dirname "$0")/lib.sh"
version=3.1.0 # 3.3.1 cannot be resolved: it names AWS SDK artifacts that were never published
case ${1-} in
  install)
    [ -e "$home/Loopback.class" ] && exit 0
    command -v javac >/dev/null || apt_install default-jdk-headless
    command -v mvn >/dev/null || apt_install maven
    mkdir -p "$home"; cd "$home"
    cat >pom.xml <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>local</artifactId><version>1</version>
<dependencies><dependency><groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId><version>$version</version></dependency></dependencies></project>
XML
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib -DincludeScope=runtime
    # DynamoDB Local has no option for its address and would listen on every interface.
    cat >Loopback.java <<'JAVA'
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
public class Loopback {
  public static void main(String[] args) throws Exception {
    var proxy = ServerRunner.createServerFromCommandLineArgs(args);
    var field = proxy.getClass().getDeclaredField("server");
    field.setAccessible(true);
    for (var connector : ((Server) field.get(proxy)).getConnectors()) ((ServerConnector) connector).setHost("127.0.0.1");
    proxy.start();
    proxy.join();
  }
}
JAVA
    javac -cp 'lib/*' Loopback.java ;;
  start)
    port=${2:?port}; cd "$home"
    READY_STATUS=400 launch "$port" "http://127.0.0.1:$port/" \
      java -Xmx768m -XX:+UseSerialGC -Djava.library.path=lib -cp '.:lib/*' Loopback -inMemory -sharedDb -disableTelemetry -port "$port" ;;
  *) die 'usage: dynamodb.sh install | start PORT' ;;
esac
