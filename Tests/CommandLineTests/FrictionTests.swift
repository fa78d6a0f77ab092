import Foundation
import Testing

/// What people try, which works or says what does.
@Suite struct FrictionTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  /// A shell's command line in the folder.
  private func shell(_ line: String) throws -> Binary {
    try Binary.shell("cd '\(folder.path)'; \(line)")
  }

  private func write(_ text: String, to name: String) throws {
    try text.write(toFile: folder[name], atomically: true, encoding: .utf8)
  }

  @Test("the model of an exported file, or of a checkpoint, predicts as the run does")
  func modelFiles() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    #expect(try shell("implode export run --out model.safetensors").status == 0)
    for model in ["run", "model.safetensors", "run/checkpoints/best.safetensors"] {
      let result = try shell("implode predict \(model) data.csv --out a.csv --backend cpu")
      #expect(result.status == 0, "\(result.messages)")
      let text = try folder.text("a.csv")
      if model == "run" { try write(text, to: "run.csv") }
      #expect(try folder.text("run.csv") == text)
    }
    let itself = try shell("implode export model.safetensors --out model.safetensors --force")
    #expect(itself.status == 73 && itself.messages.contains("is an input of this command"))
    #expect(try shell("implode export model.safetensors --out b.onnx").status == 0)
  }

  @Test("a run made with --on-bad-row skip needs the option no more, and works from any folder")
  func remembered() throws {
    try write(try folder.text("data.csv") + "bad\n", to: "bad.csv")
    let small = TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")
    let options = "\(small) training.epochs=1 --data bad.csv --backend cpu --progress none"
    let trained = try shell("implode train default \(options) --out run --on-bad-row skip")
    #expect(trained.status == 0, "\(trained.messages)")
    let evaluated = try shell(
      "mkdir sub; cd sub; implode evaluate ../run --calibration-rows 0 --backend cpu")
    #expect(evaluated.status == 0, "\(evaluated.messages)")
    #expect(evaluated.messages.contains("1 of 301 rows dropped"))
    let resumed = try shell("implode train default \(options) --out run --resume auto")
    #expect(resumed.status == 0, "\(resumed.messages)")
    let asked = try shell("implode evaluate run --on-bad-row error --backend cpu")
    #expect(asked.status == 65, "\(asked.messages)")
  }

  @Test("pipes and devices are read as standard input is")
  func streams() throws {
    let file = try shell("implode inspect data.csv --json")
    for line in [
      "implode inspect - --json < data.csv", "cat data.csv | implode inspect - --json",
      "cat data.csv | implode inspect /dev/stdin --json", "implode inspect <(cat data.csv) --json",
      "mkfifo pipe; cat data.csv > pipe & implode inspect pipe --json",
      "gzip -c data.csv | implode inspect - --json",
    ] {
      let result = try shell(line)
      #expect(result.status == 0, "\(line): \(result.messages)")
      let tail = { (text: String) in text.drop { $0 != "," } }
      #expect(tail(result.output) == tail(file.output), "\(line)")
    }
    let nothing = try shell("implode inspect /dev/null")
    #expect(nothing.status == 65 && nothing.messages.contains("/dev/null: is empty\n"))
    let folder = try shell("implode inspect .")
    #expect(folder.status == 66 && folder.messages.contains("is a directory, not a file\n"))
  }

  @Test("inspect reads from standard input what it reads from a file")
  func partial() throws {
    try write("cx,A B C\n1,x y z\n2,x y z\n", to: "text.csv")
    try write("A B C;pcx\nx y z;1\nx y z;2\n", to: "other.csv")
    for name in ["text.csv", "other.csv"] {
      let file = try shell("implode inspect \(name)")
      #expect(file.status == 0, "\(file.messages)")
      #expect(file.messages.contains("not read: columns A B C\n"))
      let input = try shell("implode inspect - < \(name)")
      #expect(input.status == 0 && input.output == "-" + file.output.drop { $0 != ":" })
    }
  }

  @Test("whoever stops reading the results ends the command without an error")
  func head() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    for line in [
      "implode predict run data.csv --samples 300 --out -",
      "implode simulate --family random --rows 1e5 --out -",
    ] {
      let result = try shell("set -o pipefail; \(line) 2> messages | head -1 > first")
      #expect(result.status == 0)
      #expect(try !folder.text("messages").contains("error"))
      #expect(try folder.text("first").contains("cx,cy,cz"))
    }
    let full = try shell("implode simulate --family random --rows 9 --out - > /dev/full")
    #expect(full.status == 74 && full.messages.contains("No space left on device"))
  }

  @Test(
    "messages that name the remedy",
    arguments: [
      ("train default lr=1 --data data.csv", 78, "did you mean 'optimizer.learningRate'?"),
      ("train default batch=5 --data data.csv", 78, "did you mean 'training.batch'?"),
      ("train default learning_rate=5 --data data.csv", 78, "'optimizer.learningRate'?"),
      ("train default epoch=5 --data data.csv", 78, "did you mean 'training.epochs'?"),
      ("train default 'data.features=[energies, anglez]' --data data.csv", 78, "'anglez'"),
      ("train default 'data.features=[energies, 1' --data data.csv", 78, "[a, b]"),
      ("inspect data.csv --columns foo=pcy", 64, "OCS has no column foo\n"),
      ("inspect data.csv --molecule water.xyz", 64, "hint: name a file that exists and that "),
      ("predict data.csv run --out x.csv", 64, "data.csv: is a text, such as a table, not a run"),
      ("simulate --molecule CO2 --positions ox.csv --out x.csv", 65, "hint: the file has "),
      ("train default --data C_px.csv", 65, "hint: is it 'C_px' for pcx? "),
      ("inspect -x.csv", 64, "if it is the file of this name, write './-x.csv', or -- before it\n"),
      ("inspect $'caf\\xe9.csv'", 64, "is not UTF-8 text\nhint: rename the file"),
      ("inspect a.parquet", 65, "is a Parquet file, which is not read\nhint: convert it: "),
      ("inspect a.h5", 65, "a.h5: is an HDF5 file, which is not read\nhint: convert it: "),
      ("inspect a.root", 65, "a.root: is a ROOT file, which is not read\nhint: convert it: "),
      ("train default --data px.csv", 65, "pcx are missing\nhint: is it 'px' for pcx? "),
      ("train default --data tof.csv", 65, "column ox: is missing\nhint: the file has cx, cy"),
      ("simulate --positions far.csv --out x.csv", 65, "are in bohr, and 1.00e13 is too far"),
      ("predict run data.csv --out x.h5", 64, "HDF5 files cannot be written\n"),
    ] as [(String, Int32, String)])
  func messages(_ line: String, _ status: Int32, _ message: String) throws {
    let text = try folder.text("data.csv")
    try write("PAR1....PAR1", to: "a.parquet")
    try Data([0x89] + Array("HDF\r\n\u{1A}\n".utf8)).write(to: URL(filePath: folder["a.h5"]))
    try write("root\0\0", to: "a.root")
    try write(text, to: "-x.csv")
    try write(
      text.replacing("cx,cy,cz,", with: "atom,cy,cz,").replacing(",pcx,", with: ",px,"),
      to: "px.csv")
    try write(text.replacing(",ox,", with: ",tof,"), to: "tof.csv")
    try write(text.replacing(",pcx,", with: ",C_px,"), to: "C_px.csv")
    try write("cx,cy,cz,ox,oy,oz,sx,sy,sz\n1,2,3,4,5,6,7,8,9\n", to: "ox.csv")
    try write("cx,cy,cz,ox,oy,oz,sx,sy,sz\n1e13,0,0,1,0,0,3,1,0\n", to: "far.csv")
    let result = try shell("implode \(line)")
    #expect(result.status == status, "\(result.messages)")
    #expect(result.messages.contains(message), "\(result.messages)")
  }

  @Test("lists of words need no quotes on the command line, as other words do not")
  func words() throws {
    let shown = try shell("implode train default 'data.features=[energies, angles]' --print-config")
    #expect(shown.status == 0, "\(shown.messages)")
    #expect(shown.output.contains(#"features: ["energies", "angles"]"#), "\(shown.output)")
  }

  @Test("rows that the file of positions does not have are a warning")
  func fewPositions() throws {
    let result = try shell("implode simulate --positions data.csv --rows 1000 --out few.csv")
    #expect(result.status == 0 && result.output.hasPrefix("few.csv: 300 rows"), "\(result.output)")
    #expect(
      result.messages.contains(
        "warning: data.csv: has 300 rows, fewer than --rows 1,000: all of them are simulated\n"),
      "\(result.messages)")
  }

  @Test(
    "an NPZ file that would be too large is refused before the work",
    arguments: ["many.npz", "many.csv"])
  func tooLarge(_ momenta: String) throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let made = try shell("implode simulate --family random --rows 20000 --out \(momenta)")
    #expect(made.status == 0, "\(made.messages)")
    // A bad row near the beginning: work that has begun ends there, with another code.
    if momenta.hasSuffix(".csv") { _ = try shell("sed -i '50s/^[^,]*/x/' \(momenta)") }
    let result = try shell("implode predict run \(momenta) --samples 12000 --out big.npz")
    #expect(result.status == 73, "\(result.messages)")
    #expect(result.messages.contains("are more than the 4 GiB of an NPZ file\nhint: write fewer"))
    #expect(!folder.exists("big.npz"))
  }

  @Test("a run that was trained on standard input says so, and what to do")
  func standardInput() throws {
    let small = TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")
    let trained = try shell(
      "implode train default \(small) --data - --out piped --backend cpu < data.csv")
    #expect(trained.status == 0, "\(trained.messages)")
    let result = try shell("implode evaluate piped")
    #expect(result.status == 66, "\(result.messages)")
    #expect(
      result.messages.contains("standard input, which cannot be read again\nhint: name the data "))
  }

  @Test("variables that look like those of Implode and are none are named once")
  func variables() throws {
    let result = try shell("IMPLODE_THREAD=3 implode inspect data.csv")
    #expect(result.status == 0)
    #expect(
      result.messages.contains(
        "warning: the environment variable IMPLODE_THREAD is not known and has no effect; did you "
          + "mean 'IMPLODE_THREADS'?\n"))
    let known = try shell(
      "IMPLODE_TRAINING_EPOCHS=3 IMPLODE_GNUPLOT=x IMPLODE_PYTHON=x implode inspect data.csv")
    #expect(known.messages.isEmpty, "\(known.messages)")
  }

  @Test("the epochs stay on a terminal", .enabled(if: hasScript))
  func terminal() throws {
    let arguments = folder.arguments(
      out: "run", TrainFolder.small + ["training.epochs=4", "training.patience=0"])
    let command = arguments.map { "\"\($0)\"" }.joined(separator: " ")
    let result = try Binary.shell(
      "script -qec '\"\(Binary.path)\" \(command)' /dev/null < /dev/null")
    #expect(result.status == 0, "\(result.messages)")
    for epoch in 1...4 {
      let lines = result.output.split(separator: "\n")
      #expect(lines.contains { $0.contains("epoch \(epoch)/4  ") }, "\(result.output)")
    }
  }

  @Test(
    "colors are for terminals that do not refuse them", .enabled(if: hasScript),
    arguments: [("TERM=xterm", true), ("NO_COLOR=1", false), ("TERM=dumb", false)])
  func colors(_ variable: String, areShown: Bool) throws {
    let result = try Binary.shell(
      "env -u NO_COLOR TERM=xterm \(variable) script -qec '\"\(Binary.path)\" trian' /dev/null "
        + "< /dev/null")
    #expect(result.output.contains("unknown command"), "\(result.output)")
    #expect(result.output.contains("\u{1B}") == areShown, "\(result.output)")
  }

  private static let hasScript = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

  /// Exports the model, and lets another program change it, which has no seal to put on it.
  private func changeModel(
    _ change: (_ header: inout [String: Any], _ data: inout [UInt8]) throws -> Void
  ) throws {
    #expect(try shell("implode export run --out model.safetensors --force").status == 0)
    let bytes = [UInt8](try folder.data("model.safetensors"))
    let length = (0..<8).reduce(0) { $0 + Int(bytes[$1]) << (8 * $1) }
    let object = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
    var header = try #require(object as? [String: Any])
    let metadata = try #require(header["__metadata__"] as? [String: String])
    header["__metadata__"] = metadata.filter { !$0.key.hasPrefix("implode.") }
    var data = Array(bytes[(8 + length)...])
    try change(&header, &data)
    let text = try JSONSerialization.data(withJSONObject: header)
    let size = (0..<8).map { UInt8(text.count >> (8 * $0) & 0xFF) }
    try (Data(size) + text + Data(data)).write(to: URL(filePath: folder["model.safetensors"]))
  }

  @Test("tensors that another program has added are left out, of whatever type")
  func strangers() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    try changeModel { header, data in
      header["step"] = [
        "dtype": "I64", "shape": [1], "data_offsets": [data.count, data.count + 8],
      ]
      data += [UInt8](repeating: 0, count: 8)
    }
    let result = try shell("implode predict model.safetensors data.csv --out x.csv")
    #expect(result.status == 0, "\(result.messages)")
  }

  @Test("weights that are not finite are refused")
  func weights() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    try changeModel { header, data in
      let bias = try #require(header["density.0.bias"] as? [String: Any])
      let place = try #require((bias["data_offsets"] as? [Int])?.first)
      data.replaceSubrange(place..<place + 4, with: [0, 0, 0xC0, 0x7F])
    }
    let result = try shell("implode predict model.safetensors data.csv --out x.csv")
    #expect(result.status == 65)
    #expect(
      result.messages.contains("1 of 8 numbers of 'density.0.bias' are not finite\n"),
      "\(result.messages)")
  }
}
