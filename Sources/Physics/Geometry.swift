/// The positions of a molecule's atoms while a family makes them.
typealias Places = [SIMD3<Double>]

extension SIMD3<Double> {
  package func dot(_ other: Self) -> Double { (self * other).sum() }

  package var length: Double { dot(self).squareRoot() }

  package func cross(_ b: Self) -> Self {
    Self(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }

  /// The vector of one atom in a row of x, y, z of each.
  @inline(__always)
  init<Row: RandomAccessCollection>(_ row: Row, atom i: Int)
  where Row.Element == Double, Row.Index == Int {
    self.init(row[3 * i], row[3 * i + 1], row[3 * i + 2])
  }
}

extension [Double] {
  func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for i in indices { sum += self[i] * other[i] }
    return sum
  }

  var length: Double { dot(self).squareRoot() }

  /// Neighboring rows of so many numbers.
  func rows(_ range: Range<Int>, width: Int) -> [Double] {
    Array(self[range.lowerBound * width..<range.upperBound * width])
  }

  func row(_ number: Int, width: Int) -> [Double] { rows(number..<number + 1, width: width) }

  /// 1 in one place, and 0 elsewhere.
  static func unit(_ place: Int, of count: Int) -> [Double] {
    (0..<count).map { $0 == place ? 1 : 0 }
  }
}

extension Places {
  func centerOfMass(_ masses: [Double]) -> SIMD3<Double> {
    zip(self, masses).reduce(.zero) { $0 + $1.1 * $1.0 } / masses.reduce(0, +)
  }

  mutating func move(by offset: SIMD3<Double>) {
    for i in indices { self[i] += offset }
  }

  mutating func center(_ masses: [Double]) { move(by: -centerOfMass(masses)) }

  mutating func rotate(_ rotation: Rotation) {
    for i in indices { self[i] = rotation(self[i]) }
  }

  /// Writes x, y, z of each atom in turn.
  func write(to row: UnsafeMutableBufferPointer<Double>) {
    for i in indices {
      for axis in 0..<3 { row[3 * i + axis] = self[i][axis] }
    }
  }
}

/// A distribution of geometries from which rows can be drawn in any order.
protocol GeometrySource: Sendable {
  /// The positions of row `row` of the set with this seed.
  func places(row: Int, seed: UInt64) -> Places
}
