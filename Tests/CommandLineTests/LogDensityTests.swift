import Datasets
import Foundation
import Testing

/// `predict --log-density`: densities of positions, not of the coordinates of the model.
@Suite struct LogDensityTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private func shell(_ line: String) throws -> Binary {
    let result = try Binary.shell("cd '\(folder.path)'; \(line)")
    try #require(result.status == 0, "\(line): \(result.messages)")
    return result
  }

  private func rows(_ name: String) throws -> (columns: [String], rows: [[Double]]) {
    let table = try TableReader<Double>().read(folder[name]).table
    return (table.columns, (0..<table.rows).map { Array(table[$0]) })
  }

  private func write(_ columns: [String], _ rows: [[Double]], to name: String) throws {
    let lines =
      [columns.joined(separator: ",")]
      + rows.map { row in
        row.map { "\($0)" }.joined(separator: ",")
      }
    try lines.joined(separator: "\n").write(
      toFile: folder[name], atomically: true, encoding: .utf8)
  }

  /// L of a positive definite matrix L·Lᵀ.
  private func cholesky(_ a: [[Double]]) -> [[Double]] {
    var l = a.map { $0.map { _ in 0.0 } }
    for i in a.indices {
      for j in 0...i {
        let sum = (0..<j).reduce(a[i][j]) { $0 - l[i][$1] * l[j][$1] }
        l[i][j] = i == j ? sum.squareRoot() : sum / l[j][j]
      }
    }
    return l
  }

  /// log |det| of a map with the columns `j`, also into a space of more dimensions:
  /// ½ log det(jᵀj).
  private func logVolume(_ j: [[Double]]) -> Double {
    let l = cholesky(j.map { x in j.map { dot(x, $0) } })
    return l.indices.reduce(0) { $0 + log(l[$1][$1]) }
  }

  private func dot(_ x: some Sequence<Double>, _ y: some Sequence<Double>) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test(
    "the density of a flow is that of z by the volume of the map, by finite differences",
    arguments: [("centered", 6), ("canonical", 4)])
  func flow(frame: String, width: Int) throws {
    let few = "implode predict run few.csv --backend cpu"
    _ = try shell(
      "implode train cinn-proposal data.frame=\(frame) 'model.subnet=[16]' model.couplings=4 "
        + "model.subnetActivation=tanh training.epochs=3 training.batch=32 --data data.csv --out run "
        + "--backend cpu --progress none; head -5 data.csv | cut -d, -f 10-18 > few.csv; "
        + "\(few) --log-density --with-latents --out a.csv")
    let found = try rows("a.csv")
    let latents = (1...width).map { "z\($0)" }
    #expect(Array(found.columns.dropFirst(9)) == ["log_density"] + latents)
    let step = 0.01
    try writeShifted(found.rows.map { Array($0[10...]) }, by: step)
    _ = try shell("\(few) --latents z.csv --out b.csv")
    let moved = try rows("b.csv").rows
    for (number, row) in found.rows.enumerated() {
      // The third atom follows from the others.
      let columns = (0..<width).map { k in
        let at = 2 * (number * width + k)
        return zip(moved[at], moved[at + 1]).prefix(6).map { ($1 - $0) / (2 * step) }
      }
      let z = row[10...]
      let expected =
        -z.reduce(0) { $0 + $1 * $1 } / 2 - Double(width) / 2 * log(2 * Double.pi)
        - logVolume(columns)
      #expect(abs(row[9] - expected) < 2e-3, "\(frame), row \(number + 1): \(row[9] - expected)")
    }
  }

  /// Each row again with every z a little smaller, and a little larger.
  private func writeShifted(_ latents: [[Double]], by step: Double) throws {
    let momenta = try rows("few.csv")
    var (events, shifted): ([[Double]], [[Double]]) = ([], [])
    for (row, event) in zip(latents, momenta.rows) {
      for k in row.indices {
        for sign in [-1.0, 1] {
          var z = row
          z[k] += sign * step
          shifted.append(z)
          events.append(event)
        }
      }
    }
    try write(momenta.columns, events, to: "few.csv")
    try write(latents[0].indices.map { "z\($0 + 1)" }, shifted, to: "z.csv")
  }

  @Test("the density of a mixture has the integral 1 over positions, at every energy")
  func mixture() throws {
    let small = TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")
    _ = try shell(
      "implode train default \(small) --data data.csv --out run --backend cpu --progress none; "
        + "head -5 data.csv | cut -d, -f 10-18 > few.csv; "
        + "implode predict run few.csv --samples 4000 --log-density --out a.csv --backend cpu")
    let found = try rows("a.csv")
    #expect(found.columns.first == "row" && found.columns.last == "log_density")
    var sizes: [Double] = []
    for (number, momenta) in try rows("few.csv").rows.enumerated() {
      let samples = found.rows.filter { $0[0] == Double(number + 1) }
      // Two atoms in the plane of the momenta; the third follows from the others.
      let plane = axes(Array(momenta[..<3]), Array(momenta[3..<6]))
      let points = samples.map { row in
        [row[2..<5], row[5..<8]].flatMap { atom in plane.map { dot(atom, $0) } }
      }
      let ratio = integral(points, logDensities: samples.map { $0[11] })
      #expect(abs(ratio - 1) < 0.1, "row \(number + 1): \(ratio)")
      sizes.append(dot(momenta, momenta))
    }
    // Rows of one energy would not show what becomes of it.
    #expect((sizes.max() ?? 0) > 1.2 * (sizes.min() ?? .infinity), "\(sizes)")
  }

  private func axes(_ a: [Double], _ b: [Double]) -> [[Double]] {
    let x = a.map { $0 / dot(a, a).squareRoot() }
    let along = dot(b, x)
    let across = zip(b, x).map { $0 - along * $1 }
    return [x, across.map { $0 / dot(across, across).squareRoot() }]
  }

  /// ∫q = E[q/p] over samples of p, for a normal q that is narrower than p.
  private func integral(_ points: [[Double]], logDensities: [Double]) -> Double {
    let (count, width) = (Double(points.count), points[0].count)
    let mean = (0..<width).map { c in points.reduce(0) { $0 + $1[c] } / count }
    let apart = points.map { zip($0, mean).map { $0 - $1 } }
    let l = cholesky(
      (0..<width).map { i in
        (0..<width).map { j in 0.5 * apart.reduce(0) { $0 + $1[i] * $1[j] } / count }
      })
    let volume = l.indices.reduce(Double(width) / 2 * log(2 * Double.pi)) { $0 + log(l[$1][$1]) }
    return zip(apart, logDensities).reduce(0) { sum, sample in
      var w: [Double] = []
      for i in 0..<width { w.append((sample.0[i] - dot(l[i].prefix(i), w)) / l[i][i]) }
      return sum + exp(-dot(w, w) / 2 - volume - sample.1)
    } / count
  }
}
