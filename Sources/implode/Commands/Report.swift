/// `implode report`: an evaluation, drawn.
let report = Command<EvaluateOptions>(
  name: "report", about: "judges a trained system and draws what it is worth, on one page",
  examples: [
    Example("runs/default-1", "writes runs/default-1/report/index.html"),
    Example("runs/default-1 --data fresh.csv", "on all rows of another file"),
  ],
  notes: [
    "The page is one file that needs no network. Beside it are, for each figure, its numbers, the "
      + "script that draws them, and the picture as SVG and PNG; metrics.md has the tables.",
    "gnuplot draws (Debian: gnuplot-nox; IMPLODE_GNUPLOT names another). Without it there are "
      + "numbers, scripts and tables.",
  ],
  initial: EvaluateOptions(),
  keys: EvaluateOptions.keys + [
    Key("out", \.out, placeholder: "DIR", "the report's folder, else RUN/report")
  ], operands: "RUN",
  positional: { (options, operand) throws(UsageError) in try options.take(operand) },
  validate: { (options) throws(UsageError) in try options.validate() },
  run: { try $0.report($1) })
