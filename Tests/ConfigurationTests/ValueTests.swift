import Configuration
import Testing

/// What keys take from a file and from a command line.
@Suite struct ValueTests {
  static let files: [(String, String, String?)] = [
    ("{epochs: 1.5}", "1:10: epochs: 1.5 is not a whole number", "write a whole number"),
    ("{epochs: \"3\"}", "1:10: epochs: \"3\" is not a whole number", "write 3 without quotes"),
    ("{epochs: 'three'}", "1:10: epochs: \"three\" is not a whole number", "write a whole number"),
    ("{epochs: true}", "1:10: epochs: true is not a whole number", nil),
    (
      "{epochs: null}", "1:10: epochs: null is not a whole number",
      "leave the key out to get its default"
    ),
    ("{\n  epochs: {}}", "2:11: epochs: {…} is not a whole number", nil),
    ("{epochs: [3]}", "1:10: epochs: […] is not a whole number", nil),
    (
      "{epochs: 9223372036854775808}", "1:10: epochs: 9223372036854775808 is not in range",
      "write a whole number from -9223372036854775808 to 9223372036854775807, in digits"
    ),
    ("{epochs: 1e300}", "1:10: epochs: 1e300 is not in range", nil),
    ("{epochs: 1e16}", "1:10: epochs: 1e16 is not in range", nil),
    ("{epochs: 0}", "1:10: epochs: 0 must be above 0", "epochs is how often the data are seen"),
    ("{epochs: NaN}", "1:10: epochs: NaN is not a finite number", nil),
    ("{seed: -1}", "1:8: seed: -1 is not in range", nil),
    ("{seed: 18446744073709551616}", "1:8: seed: 18446744073709551616 is not in range", nil),
    (
      "{optimizer: {learningRate: 1e400}}",
      "1:28: optimizer.learningRate: 1e400 is not a finite number", nil
    ),
    (
      "{optimizer: {learningRate: 0}}", "1:28: optimizer.learningRate: 0 must be above 0",
      "optimizer.learningRate is the size of a step"
    ),
    (
      "{optimizer: {learningRate: '1e-3'}}",
      "1:28: optimizer.learningRate: \"1e-3\" is not a finite number", "write 1e-3 without quotes"
    ),
    (
      "{optimizer: {decay: 1e39}}",
      "1:21: optimizer.decay: 1e39 is beyond the range of 32-bit numbers", nil
    ),
    (
      "{optimizer: {decay: 1e-50}}",
      "1:21: optimizer.decay: 1e-50 rounds to 0 in 32 bits", nil
    ),
    ("{optimizer: {decay: 1.5}}", "1:21: optimizer.decay: 1.5 must be from 0.0 to 1.0", nil),
    (
      "{optimizer: {clip: 1e39}}",
      "1:20: optimizer.clip: 1e39 is beyond the range of 32-bit numbers", nil
    ),
    (
      "{optimizer: {clip: false}}", "1:20: optimizer.clip: false is not a finite number",
      nil
    ),
    (
      "{optimizer: 1}", "1:13: optimizer: 1 is no group of keys",
      "write optimizer: { … } with learningRate, momentum, clip, decay"
    ),
    ("{optimizer: null}", "1:13: optimizer: null is no group of keys", nil),
    (
      "{'optimizer.learningRate': 1}", "1:2: 'optimizer.learningRate' is no name of a key",
      "a dot leads into a group, which has braces in a file"
    ),
    ("{shuffle: 1}", "1:11: shuffle: 1 is not true or false", nil),
    (
      "{shuffle: 'true'}", "1:11: shuffle: \"true\" is not true or false",
      "write true without quotes"
    ),
    ("{shuffle: yes}", "1:11: shuffle: 'yes' is no value", nil),
    ("{name: 3}", "1:8: name: 3 is not a text in quotes", nil),
    (
      "{backend: 'opencll'}", "1:11: backend: \"opencll\" is not one of auto, cpu, opencl",
      "did you mean 'opencl'?"
    ),
    (
      "{backend: 'x'}", "1:11: backend: \"x\" is not one of auto, cpu, opencl", "choose one of them"
    ),
    ("{backend: 1}", "1:11: backend: 1 is not one of auto, cpu, opencl", nil),
    (
      "{model: {hidden: [64,\n 1.5]}}", "2:2: model.hidden[1]: 1.5 is not a whole number", nil
    ),
    ("{model: {hidden: 64}}", "1:18: model.hidden: 64 is not a list of whole numbers", nil),
    ("{model: {hidden: [0]}}", "1:18: model.hidden: […] must have positive widths only", nil),
    ("{model: {hidden: [null]}}", "1:19: model.hidden[0]: null is not a whole number", nil),
    ("{model: {tags: ['a', 1]}}", "1:22: model.tags[1]: 1 is not a text in quotes", nil),
    (
      "{model: {devices: ['gpu']}}",
      "1:20: model.devices[0]: \"gpu\" is not one of auto, cpu, opencl", "did you mean 'cpu'?"
    ),
    ("{patience: 'x'}", "1:12: patience: \"x\" is not a whole number", nil),
    ("[]", "1:1: […] is no configuration", "write { key: value, … }"),
    (
      "{model: {latent: {width: 5000}}}", "1:26: model.latent.width: 5000 needs no hidden layers",
      nil
    ),
  ]

  @Test("a file is refused", arguments: files)
  func file(text: String, message: String, hint: String?) {
    let error = #expect(throws: ConfigurationError.self) { try Sample.read(text) }
    #expect(error?.message == "c.json5:" + message)
    if let hint { #expect(error?.hint == hint) }
  }

  static let assignments: [(String, String, String)] = [
    ("epochs", "1.5", "epochs: 1.5 is not a whole number"),
    ("epochs", "\"3\"", "epochs: \"3\" is not a whole number"),
    ("epochs", "three", "epochs: 'three' is not a whole number"),
    ("epochs", "", "epochs: '' is not a whole number"),
    ("optimizer.learningRate", "nan", "optimizer.learningRate: 'nan' is not a finite number"),
    ("optimizer.learningRate", "1e400", "optimizer.learningRate: '1e400' is not a finite number"),
    ("shuffle", "yes", "shuffle: 'yes' is not true or false"),
    ("backend", "gpu", "backend: 'gpu' is not one of auto, cpu, opencl"),
    ("model.hidden", "64,64", "model.hidden: '64,64' is not a list of whole numbers"),
    ("optimizer", "{}", "'optimizer' is a group of keys"),
    ("lrr", "0.1", "unknown key 'lrr'"),
    ("optimizer.learninRate", "0.1", "unknown key 'optimizer.learninRate'"),
  ]

  @Test("key=value is refused", arguments: assignments)
  func assignment(key: String, value: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Sample.read(arguments: (key, value))
    }
    #expect(error?.message == message)
  }

  @Test("values of a file are used")
  func taken() throws {
    let sample = try Sample.read(
      """
      // everything
      {epochs: 1e3, seed: 0xFFFFFFFFFFFFFFFF, name: 'a b', backend: "cpu", shuffle: false,
       optimizer: {learningRate: 1, momentum: [.5, 1.], clip: 0x10, decay: 0.1,},
       model: {hidden: [], tags: ['x', "y"], devices: ['cpu', 'auto'],
               latent: {width: 16777217, prior: 'p'}}, patience: +3}
      """)
    #expect(sample.epochs == 1000 && sample.seed == .max && sample.name == "a b")
    #expect(sample.backend == .cpu && !sample.shuffle && sample.patience == 3)
    #expect(sample.optimizer == .init(learningRate: 1, momentum: [0.5, 1], clip: 16, decay: 0.1))
    #expect(sample.model.hidden == [] && sample.model.tags == ["x", "y"])
    #expect(sample.model.devices == [.cpu, .auto])
    #expect(sample.model.latent == .init(width: 16_777_217, prior: "p"))
    #expect(try Sample.read("{optimizer: {decay: 1.0e-3}}").optimizer.decay == 1e-3)
    #expect(try Sample.read("{epochs: 3.0}").epochs == 3)
  }

  @Test("one key leaves the others as they are; null is for keys that may be nil")
  func defaults() throws {
    #expect(try Sample.read("{}") == Sample())
    var sample = Sample()
    sample.epochs = 7
    #expect(try Sample.read("{epochs: 7}") == sample)
    #expect(try Sample.read("{optimizer: {}}") == Sample())
    #expect(try Sample.read("{patience: null, optimizer: {clip: null}}") == Sample())
    #expect(try Sample.read("{patience: 5}").patience == 5)
  }

  @Test(
    "64-bit seeds lose no bit",
    arguments: [0, 1, 1 << 53 + 1, 9_007_199_254_740_993, 1 << 63, UInt64.max - 1, .max] as [UInt64]
  )
  func seeds(seed: UInt64) throws {
    #expect(try Sample.read("{seed: \(seed)}").seed == seed)
    #expect(try Sample.read("{seed: 0x\(String(seed, radix: 16))}").seed == seed)
    #expect(try Sample.read(arguments: ("seed", "\(seed)")).seed == seed)
    var sample = Sample()
    sample.seed = seed
    #expect(try Sample.read(Sample.table.text(of: sample)).seed == seed)
  }

  @Test("text values on a command line need no quotes")
  func bareTexts() throws {
    for (text, name) in [
      ("abc", "abc"), ("a b", "a b"), ("12", "12"), ("007", "007"), ("true", "true"),
      ("null", "null"), ("NaN", "NaN"), ("'q'", "q"), ("\"\"", ""), ("{a", "{a"), ("//", "//"),
    ] {
      #expect(try Sample.read(arguments: ("name", text)).name == name)
    }
    #expect(try Sample.read(arguments: ("backend", "cpu")).backend == .cpu)
    #expect(try Sample.read(arguments: ("model.latent.prior", "7")).model.latent.prior == "7")
    #expect(try Sample.read(arguments: ("model.latent.prior", "null")).model.latent.prior == nil)
    #expect(try Sample.read(arguments: ("model.tags", "['a']")).model.tags == ["a"])
    #expect(try Sample.read(arguments: ("epochs", " 5 ")).epochs == 5)
  }
}
