/// `implode report`: an evaluation with figures.
let report = Command<EvaluateOptions>(
  name: "report", about: "evaluates a trained model and writes an HTML page with figures",
  examples: [
    Example("runs/default-1", "writes runs/default-1/report/index.html"),
    Example("runs/default-1 --data fresh.csv", "on all rows of another file"),
  ],
  notes: [
    "The page is one self-contained file. For each figure the folder also has the data, the gnuplot "
      + "script, and the picture as SVG and PNG; metrics.md has the tables.",
    "Figures need gnuplot (Debian: gnuplot-nox; IMPLODE_GNUPLOT sets its path). Without it the "
      + "report has data, scripts and tables.",
    "The samples of three atoms are shown beside the exact geometries of their momenta, unless these "
      + "have noise. --family names the distribution that the geometries of the data are from: "
      + "with it the report also has the exact probabilities.",
  ],
  initial: EvaluateOptions(),
  keys: EvaluateOptions.keys + PriorOptions.keys.map { $0.within(\.prior) } + [
    Key("out", \.out, placeholder: "DIR", "folder of the report, by default RUN/report"),
    .force(\.force),
  ], operands: "RUN",
  positional: { try $0.folder.take($1, hint: "name one run") },
  validate: { try $0.validate() },
  run: { try $0.report($1) })
