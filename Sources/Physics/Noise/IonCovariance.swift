import Glibc
package import Text

/// What noise a detector puts on the three components of an ion's momentum: their covariance, in
/// squares of atomic units.
package struct IonCovariance: Sendable, Equatable {
  /// xx, xy, xz, yy, yz, zz.
  package let numbers: [Double]
  /// Of the matrix.
  let root: Cholesky

  /// - Parameter numbers: xx, xy, xz, yy, yz, zz.
  package init(_ numbers: [Double]) throws(Failure) {
    precondition(numbers.count == 6, "\(numbers.count) numbers of a covariance")
    guard numbers.allSatisfy(\.isFinite), let root = Cholesky(Self.matrix(numbers), count: 3) else {
      let texts = numbers.map { Numbers.significant($0, digits: 4) }.joined(separator: ", ")
      throw .usage(
        "a covariance xx, xy, xz, yy, yz, zz of \(texts), which is not positive",
        hint: "no direction may be free of noise, and no correlation may reach 1")
    }
    (self.numbers, self.root) = (numbers, root)
  }

  /// Different standard deviations in the plane of a detector and along the ions' flight.
  package init(plane: Double, flight: Double, axis: FlightAxis) throws(Failure) {
    for sigma in [plane, flight] where !(sigma > 0 && sigma < .infinity) {
      throw .usage(
        "a momentum noise of \(Numbers.significant(sigma, digits: 4)) in the plane or along the flight",
        hint: "give numbers above 0, in atomic units")
    }
    let squares = FlightAxis.allCases.map { $0 == axis ? flight * flight : plane * plane }
    try self.init([squares[0], 0, 0, squares[1], 0, squares[2]])
  }

  /// Rows, one after the other.
  package var matrix: [Double] { Self.matrix(numbers) }

  private static func matrix(_ c: [Double]) -> [Double] {
    [c[0], c[1], c[2], c[1], c[3], c[4], c[2], c[4], c[5]]
  }
}

/// The axis along which ions fly to a detector.
package enum FlightAxis: String, CaseIterable, Sendable {
  case x, y, z
}
