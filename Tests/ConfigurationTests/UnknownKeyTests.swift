import Configuration
import TestSupport
import Testing

@Suite struct UnknownKeyTests {
  static let names = Sample.table.keys.map(\.name)

  @Test("a key with one wrong letter finds the right one", arguments: names)
  func typos(name: String) {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    let start = name.count - last.count
    for place in start..<name.count {
      var (dropped, replaced, doubled) = (Array(name), Array(name), Array(name))
      dropped.remove(at: place)
      replaced[place] = replaced[place] == "z" ? "y" : "z"
      doubled.insert(doubled[place], at: place)
      var swapped = Array(name)
      if place + 1 < swapped.count { swapped.swapAt(place, place + 1) }
      for typo in [dropped, replaced, doubled, swapped].map({ String($0) }) where typo != name {
        check(typo, means: name)
      }
    }
  }

  private func check(_ typo: String, means name: String) {
    let hint = "did you mean '\(name)'?"
    let written = #expect(throws: ConfigurationError.self) {
      try Sample.read(arguments: (typo, "1"))
    }
    #expect(written?.message == "unknown key '\(typo)'")
    #expect(written?.hint == hint)
    let parts = typo.split(separator: ".").map(String.init)
    let text = parts.reversed().reduce("1") { "{'\($1)': \($0)}" }
    let filed = #expect(throws: ConfigurationError.self) { try Sample.read(text) }
    #expect(filed?.message.hasSuffix(": unknown key '\(typo)'") == true)
    #expect(filed?.hint == hint)
  }

  @Test(
    "where a key is not known",
    arguments: [
      (
        "{\n  optimizer: {\n    learninRate: 1}}", "3:5: unknown key 'optimizer.learninRate'",
        "did you mean 'optimizer.learningRate'?"
      ),
      (
        "{optimiser: {learningRate: 1}}", "1:2: unknown key 'optimiser'",
        "did you mean 'optimizer'?"
      ),
      (
        "{learningRate: 1}", "1:2: unknown key 'learningRate'",
        "did you mean 'optimizer.learningRate'?"
      ),
      (
        "{model: {latent: {wdth: 1}}}", "1:19: unknown key 'model.latent.wdth'",
        "did you mean 'model.latent.width'?"
      ),
      (
        "{model: {latent: {somethingElse: 1}}}", "1:19: unknown key 'model.latent.somethingElse'",
        "there are width, prior"
      ),
      (
        "{zzzzzzzz: 1}", "1:2: unknown key 'zzzzzzzz'",
        "there are epochs, seed, optimizer, model, name, backend, shuffle, patience"
      ),
    ])
  func places(text: String, message: String, hint: String) {
    let error = #expect(throws: ConfigurationError.self) { try Sample.read(text) }
    #expect(error?.message == "c.json5:" + message)
    #expect(error?.hint == hint)
  }

  /// Edits counted to a name of this length would take hours.
  @Test("a long name takes no extra time", .inReleaseBuilds, .timeLimit(.minutes(10)))
  func longName() {
    let name = String(repeating: "optimizer", count: 100_000)
    #expect(throws: ConfigurationError.self) { try Sample.read("{\(name): 1}") }
  }
}
