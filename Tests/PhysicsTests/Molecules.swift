import Glibc

import Physics

/// OCS in the xy plane: bonds of C to O and to S in bohr, the angle between them in degrees.
func bent(_ co: Double = 2.1879, _ cs: Double = 2.9482, angle: Double) -> [Double] {
  let turn = angle * Double.pi / 180
  return [0, 0, 0, co, 0, 0, cs * cos(turn), cs * sin(turn), 0]
}

func norms(_ row: [Double]) -> [Double] {
  stride(from: 0, to: row.count, by: 3).map { norm(row[$0..<$0 + 3]) }
}

func norm(_ row: some Sequence<Double>) -> Double {
  row.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

/// ‖a − b‖/‖b‖ of the worst of rows of `width` numbers.
func worstError(_ a: [Double], _ b: [Double], width: Int = 9) -> Double {
  stride(from: 0, to: b.count, by: width).map { i in
    let difference = (i..<i + width).map { a[$0] - b[$0] }
    return norm(difference) / norm(b[i..<i + width])
  }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
}

/// Positions of the first rows of a family.
func positions(_ family: GeometryFamily, rows: Int, seed: UInt64 = 1) throws -> [Double] {
  try family.positions(0..<rows, of: .carbonylSulfide, seed: seed)
}

let families: [GeometryFamily] = [
  .random(RandomFamily()), .random(.ball), .equilibrium(EquilibriumFamily()),
  .oriented(OrientedFamily()),
]

func deviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
