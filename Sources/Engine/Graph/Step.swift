/// What a device needs to know of anything that it runs: which values are read and written, and over
/// which items the work may be cut into tiles.
package protocol Step: Sendable {
  /// The independent items that the step computes.
  var domain: Domain { get }
  /// Values of which item i needs only its own row (or element) i.
  var inputs: [Value] { get }
  /// Values that every item may read in full.
  var wholes: [Value] { get }
  /// Values of which item i writes only its own row (or element) i.
  var outputs: [Value] { get }
  /// Values that are sums over all items.
  var sums: [Value] { get }
}

extension Step {
  package var inputs: [Value] { [] }
  package var wholes: [Value] { [] }
  package var outputs: [Value] { [] }
  package var sums: [Value] { [] }
}

/// The items over which a step is independent, and therefore may be cut into tiles.
package enum Domain: Hashable, Sendable {
  /// The rows of a batch.
  case rows(Int)
  /// The columns of what a wide layer computes.
  case columns(Int)
  /// The elements of flat values, such as all parameters side by side.
  case elements(Int)
  /// One indivisible piece of work.
  case once

  package var extent: Int {
    switch self {
    case .rows(let count), .columns(let count), .elements(let count): count
    case .once: 1
    }
  }
}
