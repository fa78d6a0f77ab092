import Configuration
import Search
import Testing

/// Search spaces, read from JSON5.
@Suite struct SpaceTests {
  private func read(
    _ text: String,
    check: (String, [Assignment]) throws(ConfigurationError) -> Void = { _, _ in }
  ) throws -> SearchSpace {
    let file = try ConfigurationFile(Array(text.utf8), path: "space.json5")
    return try SearchSpace(file) { (base, assignments) throws(ConfigurationError) in
      try check(base, assignments)
    }
  }

  private static let whole = """
    {
      base: "cvae-wide", // a shipped configuration
      set: { "training.epochs": 2, model: { latent: 3 } },
      search: {
        "model.kind": { choice: ["flow", "cvae"] },
        "model.couplings": { integer: [2, 9], step: 2, when: { "model.kind": "flow" } },
        "optimizer.learningRate": { logUniform: [1e-4, 1e-2] },
        "loss.weight": { uniform: [0, 1], when: { "model.kind": ["cvae"] } },
        "model.decoder": { choice: [[64, 64], [128]] },
      },
      sampler: "random", pruner: "halving", seed: 7, study: "mine",
    }
    """

  @Test("a space has all that the file says")
  func all() throws {
    let space = try read(Self.whole)
    #expect(space.base == "cvae-wide" && space.seed == 7 && space.study == "mine")
    #expect(space.sampler == .random && space.pruner == .halving)
    #expect(
      space.settings == [Assignment("training.epochs", "2"), Assignment("model.latent", "3")])
    #expect(
      space.parameters.map(\.distribution) == [
        .choice([.text("flow"), .text("cvae")]), .integer(low: 2, high: 8, isLog: false, step: 2),
        .float(low: 1e-4, high: 1e-2, isLog: true), .float(low: 0, high: 1, isLog: false),
        .choice([.text("[64, 64]"), .text("[128]")]),
      ])
  }

  @Test("a key with a condition is there exactly when that holds")
  func conditions() throws {
    let space = try read(Self.whole)
    var kinds: Set<Double> = []
    for number in 0..<20 {
      let chosen = space.sample(trial: number, among: [])
      let names = chosen.map(\.parameter.name)
      let kind = try #require(chosen.first { $0.parameter.name == "model.kind" }?.number)
      kinds.insert(kind)
      #expect(names.contains("model.couplings") == (kind == 0))
      #expect(names.contains("loss.weight") == (kind == 1))
      #expect(names.contains("model.decoder") && names.contains("optimizer.learningRate"))
    }
    #expect(kinds == [0, 1])
  }

  @Test("values that somebody has asked for are taken, where the space has them")
  func fixed() throws {
    let space = try read(Self.whole)
    let fixed: [String: JournalValue] = [
      "model.kind": .text("cvae"), "optimizer.learningRate": .number(0.005),
      "loss.weight": .number(77),
    ]
    let chosen = space.sample(trial: 0, among: [], fixed: fixed)
    let numbers = Dictionary(uniqueKeysWithValues: chosen.map { ($0.parameter.name, $0.number) })
    #expect(numbers["model.kind"] == 1 && numbers["optimizer.learningRate"] == 0.005)
    #expect(numbers["loss.weight"].map { (0...1).contains($0) } == true)
  }

  @Test("what a trial has becomes assignments of a configuration")
  func assignments() throws {
    let space = try read(Self.whole)
    let parameters = [
      "model.decoder": Trial.Parameter(0, space.parameters[4].distribution),
      "model.kind": Trial.Parameter(0, space.parameters[0].distribution),
      "model.couplings": Trial.Parameter(4, space.parameters[1].distribution),
    ]
    let expected = [
      ("training.epochs", "2"), ("model.latent", "3"), ("model.couplings", "4"),
      ("model.decoder", "[64, 64]"), ("model.kind", "\"flow\""),
    ].map { Assignment($0.0, $0.1) }
    #expect(space.assignments(of: parameters) == expected)
    let other = Trial.Parameter(1, .choice([.text("x"), .text("y")]))
    #expect(space.assignments(of: ["model.kind": other]) == nil)
    #expect(space.assignments(of: ["model.other": other]) == nil)
  }

  @Test("each key is checked with the ends of its range, and with what it depends on")
  func probes() throws {
    var seen: [String] = []
    _ = try read(Self.whole) { base, assignments in
      seen.append(base + " " + assignments.map { "\($0.name)=\($0.text)" }.joined(separator: " "))
    }
    let set = "cvae-wide training.epochs=2 model.latent=3"
    #expect(seen.contains("\(set) model.kind=\"flow\" model.couplings=8"))
    #expect(seen.contains("\(set) model.kind=\"cvae\" loss.weight=1.0"))
    #expect(seen.contains("\(set) optimizer.learningRate=0.0001"))
  }

  @Test(
    "what is wrong is said with its place",
    arguments: [
      ("{ search: {} }", "space.json5:1:11: 'search' has no keys"),
      ("{}", "space.json5:1:1: there is no 'search'"),
      ("[]", "space.json5:1:1: […] is not a search space: write { search: { … } }"),
      ("{ serch: {} }", "space.json5:1:3: unknown key 'serch'"),
      (
        "{ sampler: \"tpa\" }",
        "space.json5:1:12: sampler: \"tpa\" is not one of tpe, random, halton"
      ),
      ("{ seed: -1 }", "space.json5:1:9: seed: -1 is not a whole number from 0 to 2^64 - 1"),
      ("{ search: { a: { unifrom: [1, 2] } } }", "space.json5:1:18: a: unknown word 'unifrom'"),
      (
        "{ search: { a: { log: true } } }",
        "space.json5:1:16: a: has none of uniform, logUniform, integer, choice"
      ),
      (
        "{ search: { a: { uniform: [2, 1] } } }",
        "space.json5:1:27: a: uniform needs the lowest and the highest value"
      ),
      (
        "{ search: { a: { logUniform: [0, 1] } } }",
        "space.json5:1:31: a: 0 has no logarithm"
      ),
      (
        "{ search: { a: { integer: [1.5, 2] } } }",
        "space.json5:1:27: a: integer needs whole numbers"
      ),
      (
        "{ search: { a: { uniform: [1, 2], step: 1 } } }",
        "space.json5:1:35: a: 'step' is only for integer"
      ),
      ("{ search: { a: { choice: [1, 1.0] } } }", "space.json5:1:30: a: 1.0 is there twice"),
      (
        "{ search: { a: { choice: [1], when: { b: 1 } } } }",
        "space.json5:1:39: when: 'b' is no choice that is searched before this key"
      ),
      (
        "{ search: { b: { choice: [1] }, a: { choice: [1], when: { b: 2 } } } }",
        "space.json5:1:62: when: 2 is no choice of b"
      ),
      (
        "{ set: { a: 1 }, search: { a: { choice: [1] } } }",
        "space.json5:1:28: 'a' is in 'set', too"
      ),
    ])
  func errors(_ text: String, message: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try read(text) }
    #expect(error?.message == message)
    #expect(error?.hint.isEmpty == false)
  }

  @Test("what a configuration does not accept is said with its place in the space")
  func refused() {
    let error = #expect(throws: ConfigurationError.self) {
      try read("{ search: {\n  a: { choice: [1, 2] } } }") {
        (_, assignments) throws(ConfigurationError) in
        if assignments.last?.text == "2" {
          throw ConfigurationError("a: 2 is too much", hint: "write 1")
        }
      }
    }
    #expect(error?.message == "space.json5:2:3: a: 2 is too much" && error?.hint == "write 1")
  }
}
