import Configuration

/// Configurations made to be hard to print.
struct RandomSample {
  var generator: Lehmer

  mutating func next() -> Sample {
    var sample = Sample()
    sample.epochs = 1 + generator.below(Int(Int32.max))
    sample.seed = generator.bits()
    sample.name = text()
    sample.backend = backend()
    sample.shuffle = generator.below(2) == 0
    sample.optimizer.learningRate = abs(number())
    if sample.optimizer.learningRate == 0 { sample.optimizer.learningRate = 1 }
    sample.optimizer.momentum = (0..<generator.below(4)).map { _ in number() }
    sample.optimizer.clip = generator.below(2) == 0 ? nil : Double(generator.below(1000)) / 7
    sample.optimizer.decay = Float(generator.below(1 << 24)) / Float(1 << 24)
    sample.model.hidden = (0..<generator.below(5)).map { _ in 1 + generator.below(1000) }
    sample.model.tags = (0..<generator.below(4)).map { _ in text() }
    sample.model.devices = (0..<generator.below(4)).map { _ in backend() }
    sample.model.latent.width = generator.below(1000)
    sample.model.latent.prior = generator.below(2) == 0 ? nil : text()
    sample.patience = generator.below(2) == 0 ? nil : Int(truncatingIfNeeded: generator.bits())
    return sample
  }

  /// Of any size.
  private mutating func number() -> Double {
    while true {
      let number = Double(bitPattern: generator.bits())
      if number.isFinite { return number }
    }
  }

  private mutating func backend() -> Backend {
    Backend.allCases[generator.below(Backend.allCases.count)]
  }

  private mutating func text() -> String {
    let hard: [Unicode.Scalar] = [
      "\0", "\n", "\r", "\t", "\"", "'", "\\", "/", "*", "{", "}", "a", "7", " ", "é", "😀",
      "\u{2028}", "\u{FEFF}", "\u{7F}", "\u{85}", "\u{301}", "\u{10FFFF}", ",", ":", "|",
    ]
    var text = ""
    for _ in 0..<generator.below(8) {
      text.unicodeScalars.append(hard[generator.below(hard.count)])
    }
    return text
  }
}

/// Numbers that are random enough for tests, and the same every time.
struct Lehmer {
  var state: UInt64

  mutating func bits() -> UInt64 {
    state = state &* 0xDA94_2042_E4DD_58B5 &+ 0x9E37_79B9_7F4A_7C15
    return state ^ state >> 29
  }

  mutating func below(_ bound: Int) -> Int { Int((bits() >> 16) % UInt64(bound)) }
}
