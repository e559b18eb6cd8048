"""A hundred links of the kind that people share, and some comparisons."""

from itertools import product

COMPARISONS = (
    "v=1&hidden=6&rows=model&row_values=rnn,lstm&columns=length&column_values=8,16,32",
    "v=1&hidden=4&length=12&rows=activation&columns=gain&column_values=0.5,1,2",
    "v=1&hidden=4&length=12&rows=seed&row_values=0,1,2&columns=",
    "v=1&hidden=4&length=12&rows=model&columns=seed&column_values=1,2&seeds=3",
    "v=1&rows=nope&columns=length",
    "v=1&rows=hidden&row_values=4,x&columns=length",
    "v=1&rows=forget_bias&row_values=0,2,4&columns=init&column_values=pytorch,orthogonal&model=lstm&hidden=5&length=20",
    "v=1&rows=length&row_values=4,5000000&columns=length",
)


# Each row is every combination of its parts.
_ROWS = (
    (("activation=tanh", "activation=sigmoid", "activation=relu", "activation=selu", "activation=hardsigmoid"),
     ("length=16", "length=64", "length=200")),
    (("gain=0.5", "gain=1", "gain=1.5"), ("init=gaussian", "init=orthogonal", "init=identity", "init=glorot_uniform"),
     ("length=40",)),
    (("model=lstm", "model=gru"), ("forget_bias=-2", "forget_bias=0", "forget_bias=1", "forget_bias=4"),
     ("length=48",)),
    (("model=lstm&of=c&hidden=8&length=30",), ("wrt=h", "wrt=c", "wrt=s", "wrt=x")),
    (("model=rnn", "model=lstm", "model=attention", "model=mlp", "model=window"),
     ("input=text", "input=sunspots", "input=sound", "input=impulse"), ("length=26&hidden=8",)),
    (("truncation=chunked", "truncation=sliding"), ("window=1", "window=4", "window=8", "window=60")),
    (("layers=1", "layers=2", "layers=3"), ("norm=spectral", "norm=frobenius"), ("hidden=6&wrt=x",)),
    (("length=300&hidden=8", "length=2000&hidden=8"), ("seed=0", "from=50&to=200", "t=280&k=3")),
    (("model=attention&input=text",), ("order=original", "order=shuffled", "order=reversed"),
     ("positions=none", "positions=sinusoidal")),
    (("loss=sum", "loss=last"), ("tolerance=0.05", "tolerance=0.5"), ("truncation=sliding",)),
    (("input=text&text=%ED%95%9C%EA%B5%AD%EC%96%B4&length=3", "input=series&series=1,-2,3,4,5,6,7,8&length=8",
      "activation=relu&hidden=1&length=40", "gain=0&length=12", "length=1", "t=20&k=7", "seed=7&hidden=32",
      "model=gru&reset=before&chrono=40&length=80", "resolution=16&length=100", "amplitude=30"),),
)  # fmt: skip
LINKS = tuple("&".join(("v=1", *parts)) for row in _ROWS for parts in product(*row))
# What a browser is shown of them, with what becomes of each page.
SEEN = (
    "", "v=1&model=lstm&of=c&wrt=c&forget_bias=2&length=24&hidden=6", "v=1&model=gru&reset=before&layers=2&length=20",
    "v=1&model=attention&input=text&positions=sinusoidal", "v=1&model=mlp&length=12",
    "v=1&model=window&window=5&length=20",
    "v=1&activation=relu&gain=0&length=12", "v=1&truncation=sliding&window=6&loss=last", "v=1&length=1",
    "v=1&length=2000&hidden=8&from=50&to=1200", "v=1&input=sound&length=40&hidden=8",
    "v=1&norm=frobenius&wrt=x&layers=2",
    "v=1&activation=relu&hidden=1&length=40&gain=2", "v=1&hidden=abc&length=0", "v=1&t=3&k=9",
    "v=1&embed=1&hide=verdict,activation",
    "v=1&length=65536&hidden=256&layers=4", "v=1&model=attention&truncation=sliding",
    "v=1&gain=10&activation=identity&length=2000&hidden=64&init=gaussian",
    "v=1&input=series&series=1,-2,3,4,5,6&length=6",
)  # fmt: skip
