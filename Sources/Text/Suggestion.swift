/// The valid words nearest to a misspelled one.
package enum Suggestion {
  /// What `word` was meant to be, if that can be told: fewer than four edits away, and no more than
  /// half of the word, and not all of it.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    allNearest(to: word, among: candidates).first
  }

  /// The same, with all that are as near: `eport` is `report`, or `export`.
  static func allNearest(to word: String, among candidates: [String]) -> [String] {
    let word = word.lowercased()
    let ranked = candidates.map { (distance: distance(word, $0.lowercased()), word: $0) }
    let least = ranked.map(\.distance).min() ?? 0
    return ranked.filter { candidate in
      let longer = max(word.count, candidate.word.count)
      return candidate.distance == least && least < 4 && 2 * least <= longer + 1
        && (least < longer || longer == 0)
    }.map(\.word)
  }

  /// The hint that goes with `nearest`; each candidate is shown behind `prefix`.
  package static func hint(
    for word: String, among candidates: [String], prefix: String = ""
  ) -> String? {
    let words = allNearest(to: word, among: candidates).prefix(2).map { "'\(prefix)\($0)'" }
    return words.isEmpty ? nil : "did you mean \(words.joined(separator: " or "))?"
  }

  /// The insertions, deletions, replacements and swaps of neighbors that turn `a` into `b`.
  package static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var older: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var edits = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
          edits = min(edits, older[j - 1] + 1)
        }
        row.append(edits)
      }
      (older, last) = (last, row)
    }
    return last[b.count]
  }
}
