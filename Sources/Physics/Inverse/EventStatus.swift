/// What is known of an event's geometries. In arrays the statuses are numbers, from 0.
package enum EventStatus: String, Sendable, CaseIterable {
  /// All were listed: they are as many, counted with their signs, as there have to be.
  case certified
  /// One of them is so close to a fold that its weight is uncertain.
  case nearFold = "near-fold"
  /// All were to be listed, but some are missing, counted with their signs.
  case incomplete
  /// The momenta are of no explosion: not finite, or all alike.
  case impossible
  /// A search from starts found them; there may be others.
  case found
  /// No start of a search ended at a geometry.
  case unreached

  package var number: Double { Double(Self.allCases.firstIndex(of: self) ?? 0) }
}
