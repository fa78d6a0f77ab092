extension Graph {
  /// Named values that `other` has too, in the same shape, and what they are there.
  package func shared(with other: Graph?) -> [Value: Value] {
    guard let other else { return [:] }
    var result: [Value: Value] = [:]
    for (name, value) in names {
      guard let theirs = other.names[name] else { continue }
      precondition(
        theirs.shape == value.shape && theirs.kind == value.kind,
        "'\(name)' is \(value.shape) here and \(theirs.shape) in the program it is shared with")
      if let view = views[value] {
        precondition(
          other.views[theirs]?.offset == view.offset,
          "'\(name)' lies in a block here and elsewhere in the program it is shared with: compile "
            + "the differentiated graph first")
      }
      result[value] = theirs
    }
    return result
  }
}
