import Text

/// Names for a message, not more than a reader will look at.
enum NameList {
  static func of(_ names: [String], most: Int = 24) -> String {
    let shown = names.prefix(most).map { Quotation.bare($0.utf8) }.joined(separator: ", ")
    return names.count > most ? shown + ", … (\(names.count))" : shown
  }
}
