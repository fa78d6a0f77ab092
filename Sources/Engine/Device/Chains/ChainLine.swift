/// A line of generated OpenCL C, whose places are kept apart from its words: lines that differ in places
/// only can be one line of a loop.
struct ChainLine {
  /// One more than numbers.
  private(set) var words = [""]
  private(set) var numbers: [Int] = []

  init(_ text: String) { words = [text] }

  mutating func append(_ text: String) { words[words.count - 1] += text }

  mutating func append(number: Int) {
    numbers.append(number)
    words.append("")
  }

  func text(_ number: (Int) -> String) -> String {
    zip(words, numbers.indices.map(number) + [""]).map { $0 + $1 }.joined()
  }
}

/// Lines as text, in which what repeats itself is a loop.
struct ChainText {
  private let lines: [ChainLine]
  /// For each line a number that says what its words are.
  private let forms: [Int]
  private let name: String
  /// Constants that the loops read.
  private(set) var tables: [String] = []
  private var names: [[Int]: String] = [:]
  private(set) var body: [String] = []

  /// - Parameter name: of the kernel, with which names of tables begin.
  init(_ lines: [ChainLine], name: String) {
    (self.lines, self.name) = (lines, name)
    var known: [[String]: Int] = [:]
    forms = lines.map { line in
      if let form = known[line.words] { return form }
      known[line.words] = known.count
      return known.count - 1
    }
    var start = 0
    while start < lines.count {
      let (period, count) = repetition(from: start)
      if count > 1 { appendLoop(start, period, count) } else { append(lines[start]) }
      start += period * count
    }
  }

  private mutating func append(_ line: ChainLine) {
    body.append(line.text { String(line.numbers[$0]) })
  }

  /// The most lines from `start` on that are some of them, three times at least.
  private func repetition(from start: Int) -> (period: Int, count: Int) {
    var best = (period: 1, count: 1)
    let rest = lines.count - start
    for period in stride(from: 1, through: rest / 3, by: 1) {
      var matching = 0
      while start + period + matching < lines.count,
        forms[start + matching] == forms[start + period + matching]
      { matching += 1 }
      let count = matching / period + 1
      if count >= 3, count * period > best.period * best.count { best = (period, count) }
    }
    return best
  }

  private mutating func appendLoop(_ start: Int, _ period: Int, _ count: Int) {
    body.append("for (int i = 0; i < \(count); i++) {")
    for offset in 0..<period {
      let line = lines[start + offset]
      body.append(
        "  "
          + line.text { place in
            number((0..<count).map { lines[start + offset + $0 * period].numbers[place] })
          })
    }
    body.append("}")
  }

  /// What gives these numbers, one after another, in a loop.
  private mutating func number(_ numbers: [Int]) -> String {
    let step = numbers[1] - numbers[0]
    if numbers.indices.allSatisfy({ numbers[$0] == numbers[0] + $0 * step }) {
      return step == 0 ? "\(numbers[0])" : "\(numbers[0]) \(step < 0 ? "-" : "+") i * \(abs(step))"
    }
    if let known = names[numbers] { return known + "[i]" }
    let list = numbers.map(String.init).joined(separator: ", ")
    let table = "\(name)_\(tables.count)"
    tables.append("__constant const int \(table)[\(numbers.count)] = {\(list)};")
    names[numbers] = table
    return table + "[i]"
  }
}
