"""Writes numexpr.expected.json: what rio-tiler 9.4.12 with numexpr 2.14.2 and numpy 2.4.6 make of expressions over small bands.

    python test/raster/expression/record.py > test/raster/expression/numexpr.expected.json
"""

import json
import warnings

import numpy
from rio_tiler.models import ImageData

warnings.filterwarnings("ignore")

BANDS = {
    "uint8": [[0, 1, 2, 3, 7, 100, 128, 200, 254, 255], [3, 0, 2, 5, 1, 100, 3, 255, 254, 0]],
    "int8": [[0, 1, -2, 3, -7, 100, -128, 127, 5, -5], [3, 0, 2, -5, 1, 100, 3, -128, -4, 0]],
    "uint16": [[0, 1, 2, 3, 7, 9000, 65535, 40000, 12345, 65535], [3, 0, 2, 5, 1, 9000, 65535, 7, 54321, 0]],
    "int16": [[0, 1, -2, 3, -7, 9000, -32768, 32767, 123, -5], [3, 0, 2, -5, 1, 9000, 3, -32768, -4, 0]],
    "uint32": [[0, 1, 2, 3, 7, 9000, 4294967295, 2147483648, 123, 5], [3, 0, 2, 5, 1, 9000, 2, 7, 4, 0]],
    "int32": [[0, 1, -2, 3, -7, 70000, -2147483648, 2147483647, 123, -5], [3, 0, 2, -5, 1, 70000, 3, 2, -4, 0]],
    "float32": [[0, 1, -2.5, 0.1, -7, 1e30, 0.5, 2.5, 1e-3, float("nan")], [3, 0, 2, -5.5, 0.1, 1e30, 1.5, -3.5, 0, 1]],
    "float64": [[0, 1, -2.5, 0.1, -7, 1e300, 0.5, 2.5, 1e-3, float("nan")], [3, 0, 2, -5.5, 0.1, 1e300, 1.5, -3.5, 0, 1]],
}

EVERY = """
b1+b2
b1-b2
b1*b2
b1/b2
b1//b2
b1%b2
(b2-b1)/(b2+b1)
((b1-b2)/(b1+b2))*100
-b1
+b1
b1*2
b1*2.0
b1*0.1
b1/2
b1/2.5
b1/b2/3.0
1/b1
2-b1
7%b2
b1%100
b1%3
b1%0.3
b1//3
b1//0.3
b1**2
b1**2.0
b1**3
b1**0.5
b1**1.5
b1**-1.0
b1**-0.5
b1**0
b1**0.3
b1**60
2.0**b2
b1*0+7
b1+b2;b1*0.5
b1>b2;b1+1
b1>2
b1>=b2
b1<b2
b1<=2
b1==b2
b1!=b2
b1>2.5
(b1>2)*b2
(b1>2)+(b2>2)
(b1>2)*(b2>2)
(b1>2)&(b2>2)
(b1>2)|(b2>2)
(b1>2)^(b2>2)
~(b1>2)
(b1>2)==(b2>2)
(b1>2)!=(b2>2)
(b1>2)>(b2>2)
(b1>2)**2
(b1>2)%2
(b1>2)/2
(b1>2)*1.5
where(b1>2,1,0)
where(b1>2,b1,b2)
where(b1>2,1.5,b1)
where(b1>2,b1>3,b2>3)
where(b1>2,1,0);b1/b2
where(1>0,b1,b2)
where((b1>1)&(b2<100),b1/b2,-1)
sqrt(b1)
sqrt(b1)+b2
sin(b1)
cos(b1)
tan(b2)
arcsin(b1/200)
arccos(b1/200)
arctan(b1)
sinh(b2/100)
cosh(b2/100)
tanh(b1)
arcsinh(b1)
arccosh(b1)
arctanh(b1/300)
log(b1)
log10(b1)
log1p(b1)
log2(b1)
exp(b2/100)
exp(b1)
expm1(b2/1000)
abs(b1-b2)
abs(b1)
ceil(b1/3)
floor(b1/3)
floor(b1)
trunc(b1/3)
trunc(b1)
round(b1/4)
round(b1)
sign(b1-b2)
sign(b1)
isnan(b1)
isnan(b1)*2
isfinite(b1)*1
isinf(b1/b2)*1
signbit(b1)*1
copy(b1)
ones_like(b1)
fmod(b1,b2)
arctan2(b1,b2)
hypot(b1,b2)
nextafter(b1,b2)
copysign(b1,b2)
maximum(b1,b2)
minimum(b1,b2)
maximum(b1,2)
sin(b1>2)
b1*abs(-4)
b1*floor(2.5)
b1*ceil(2)
b1*sqrt(4)
b1*(1/2)
b1*(7//2)
b1*(-7%3)
b1*(2**3)
b1*(2**-1)
b1*~1
b1*(5&3)
b1*(3>2)
b1*where(1>0,2,3)
b1*1e3
b1*1_000
b1*0x10
b1*.5
b1 - b2;b2 - b1
-b1**2
b1**2**2
b1*2147483648
b1*2147483647
B1+B2
SQRT(b1)
1.5*(b1+b2)-b1*b2/(b1+1)
"""

WHOLE = """
~b1
b1&3
b1|b2
b1^b2
b1&(b2+1)
(b1>2)&b2
(b1>2)|1
3**b2
"""


def recorded(text, dtype, wide):
    data = numpy.array(BANDS[dtype], dtype=dtype)[:, numpy.newaxis, :]
    mask = numpy.zeros(data.shape, dtype=bool)
    mask[1, 0, 1] = True
    image = ImageData(numpy.ma.MaskedArray(data, mask=mask), band_names=["b1", "b2"])
    if wide or "b2" not in text.lower():
        image = image if wide else ImageData(image.array[:1], band_names=["b1"])
    try:
        result = image.apply_expression(text)
    except Exception as error:
        return {"text": text, "dtype": dtype, "error": type(error).__name__}
    values = [[None if v != v else float(v) for v in band.ravel().tolist()] for band in result.array.data]
    return {
        "text": text,
        "dtype": dtype,
        "result": str(result.array.dtype),
        "values": values,
        "masked": [int(v) for v in result.array.mask[0].ravel()],
    }


cases = []
for dtype in BANDS:
    for text in EVERY.split("\n") + (WHOLE.split("\n") if "float" not in dtype else ["~b1", "b1&b2"]):
        if text.strip():
            cases.append(recorded(text, dtype, "b2" in text.lower() and "b1" in text.lower()) if "b1" in text.lower() else recorded("b1*0+" + text, dtype, True))
bands = {name: [[None if v != v else v for v in band] for band in value] for name, value in BANDS.items()}
print(json.dumps({"bands": bands, "cases": cases}, separators=(",", ":")).replace('{"text"', '\n{"text"'))
