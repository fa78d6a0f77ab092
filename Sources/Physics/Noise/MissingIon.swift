/// Momenta of which some were not measured.
package enum MissingIon {
  /// The same momenta with what makes each total 0 in place of nan; nil where two ions lack the same
  /// component.
  package static func filled(_ momenta: [Double]) -> [Double]? {
    var filled = momenta
    for axis in 0..<3 {
      let members = stride(from: axis, to: momenta.count, by: 3)
      let missing = members.filter { momenta[$0].isNaN }
      guard missing.count <= 1 else { return nil }
      guard let lacking = missing.first else { continue }
      filled[lacking] = members.reduce(0) { $1 == lacking ? $0 : $0 - momenta[$1] }
    }
    return filled
  }
}
