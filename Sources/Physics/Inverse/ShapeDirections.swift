/// The directions in which the shape of a geometry changes, and what follows from theirs for all
/// others: a larger molecule has smaller momenta, and a turned one has turned momenta,
///   ∂w/∂y y = −½ w,  ∂w/∂y (e × y) = e × w,
/// so that four of the 3N − 3 derivatives need no simulation.
///
/// With A = Q R, A being those four directions and Q a product of Householder's reflections, the
/// other columns of Q are changes of the shape.
struct ShapeDirections {
  private let count: Int
  private var reflections: [[Double]] = []
  /// Columns of R.
  private var columns: [[Double]] = []

  /// Of atoms closer to a line than this, turning about it is nearly no direction.
  private static let leastWidth = 1e-3

  /// nil for atoms nearly on a line.
  init?(_ y: [Double]) {
    count = y.count
    let motions = Self.motions(y)
    guard count > motions.count else { return nil }
    let size = y.length
    for (k, motion) in motions.enumerated() {
      var column = motion
      for reflection in reflections { Self.reflect(&column, reflection) }
      var rest = Array(column[k...])
      let length = rest.length
      guard length > Self.leastWidth * size, length < .infinity else { return nil }
      // Away from 0, so that nothing cancels.
      rest[0] += rest[0] < 0 ? -length : length
      let norm = rest.length
      reflections.append([Double](repeating: 0, count: k) + rest.map { $0 / norm })
      Self.reflect(&column, reflections[k])
      columns.append(Array(column[...k]))
    }
  }

  /// y itself and three rotations of it.
  private static func motions(_ y: [Double]) -> [[Double]] {
    let turns = [SIMD3<Double>(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)].map { axis in
      (0..<y.count / 3).flatMap { k in
        let turn = axis.cross(SIMD3(y, atom: k))
        return [turn.x, turn.y, turn.z]
      }
    }
    return [y] + turns
  }

  private static func reflect(_ x: inout [Double], _ reflection: [Double]) {
    let part = 2 * x.dot(reflection)
    for i in x.indices { x[i] -= part * reflection[i] }
  }

  /// Q x.
  private func turned(_ x: [Double]) -> [Double] {
    var x = x
    for reflection in reflections.reversed() { Self.reflect(&x, reflection) }
    return x
  }

  /// Changes of y: orthonormal, and across those that are known.
  var changes: [[Double]] {
    (reflections.count..<count).map { turned(.unit($0, of: count)) }
  }

  /// All derivatives, a row for each component of w.
  ///
  /// - Parameter tangents: ∂w/∂y times each of the changes, one after the other.
  func jacobian(w: [Double], tangents: ArraySlice<Double>) -> [Double] {
    var images = Self.motions(w)
    images[0] = images[0].map { -0.5 * $0 }
    let known = images.count
    return (0..<count).flatMap { f in
      var row = [Double](repeating: 0, count: count)
      for k in 0..<known {
        var image = images[k][f]
        for j in 0..<k { image -= row[j] * columns[k][j] }
        row[k] = image / columns[k][k]
      }
      for k in known..<count { row[k] = tangents[tangents.startIndex + (k - known) * count + f] }
      return turned(row)
    }
  }
}
