import Configuration
import Testing

@Suite struct PrintingTests {
  @Test("printed configurations can be read, with and without comments")
  func roundTrip() throws {
    var random = RandomSample(generator: Lehmer(state: 5))
    for _ in 0..<300 {
      let sample = random.next()
      var resolved = Resolved(config: sample)
      resolved.sources["seed"] = .file("a\n}/*", Position(line: 1, column: 2))
      for text in [
        Sample.table.text(of: sample), Sample.table.text(of: sample, about: false),
        Sample.table.text(of: resolved, remarks: .sources),
      ] {
        let back = try Sample.read(text)
        #expect(back == sample)
        #expect(Array(back.name.unicodeScalars) == Array(sample.name.unicodeScalars))
      }
    }
  }

  @Test("JSON5 with what each key is")
  func about() {
    #expect(
      Sample.table.text(of: Sample()) == """
        {
          // how often the data are seen
          epochs: 100,
          // what the random numbers begin with
          seed: 1,
          optimizer: {
            // the size of a step
            learningRate: 0.001,
            // the memory of both moments
            momentum: [0.9, 0.999],
            // the longest gradient
            clip: null,
            // how much weights shrink
            decay: 0.01,
          },
          model: {
            // the widths of the hidden layers
            hidden: [64, 64],
            // words to find the run by
            tags: [],
            // where it may run
            devices: [],
            latent: {
              // the width of the latent space
              width: 8,
              // the file of the prior, a|b
              prior: null,
            },
          },
          // the name of the run
          name: "run",
          // where to compute
          backend: "auto",
          // whether rows are shuffled
          shuffle: true,
          // the epochs without progress
          patience: null,
        }

        """)
  }

  @Test("JSON5 with where each value comes from")
  func sources() throws {
    let resolved = try Sample.table.resolve(
      from: Sample(), files: [try Sample.file("{\n  name: 'x', model: {latent: {width: 3}}}")],
      environment: { $0 == "IMPLODE_SEED" ? "4" : nil },
      assignments: [
        Assignment("epochs", "5"), Assignment("shuffle", "false", flag: "--no-shuffle"),
      ])
    let lines = Sample.table.text(of: resolved, remarks: .sources).split(separator: "\n")
    for line in [
      "  epochs: 5,  // override epochs=", "  seed: 4,  // env IMPLODE_SEED",
      "      width: 3,  // file c.json5:2:38", "  name: \"x\",  // file c.json5:2:9",
      "  backend: \"auto\",  // default", "  shuffle: false,  // flag --no-shuffle",
    ] {
      #expect(lines.contains(Substring(line)), "\(line)")
    }
  }
}
