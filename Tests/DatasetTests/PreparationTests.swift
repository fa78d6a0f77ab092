import Datasets
import Physics
import Testing
import Text

private func settings(
  _ frame: Frame, independent: Bool = true, features: [MomentumFeature] = []
) -> PreparationSettings {
  var settings = PreparationSettings()
  (settings.frame, settings.independent, settings.features) = (frame, independent, features)
  return settings
}

/// The largest difference of positions from those of a table, seen from the center of mass.
private func worst(_ restored: [Float], _ table: Table<Float>, _ rows: [UInt32], samples: Int)
  -> Double
{
  let masses = Molecule.carbonylSulfide.masses
  var worst = 0.0
  for (number, row) in rows.enumerated() {
    for sample in number * samples..<(number + 1) * samples {
      for axis in 0..<3 {
        var center = 0.0
        for i in 0..<3 { center += masses[i] * Double(table[Int(row), 3 * i + axis]) }
        center /= masses.reduce(0, +)
        for i in 0..<3 {
          let x = Double(restored[9 * sample + 3 * i + axis])
          let difference = abs(x - Double(table[Int(row), 3 * i + axis]) + center)
          // A maximum would not see nan.
          worst = difference <= worst ? worst : difference
        }
      }
    }
  }
  return worst
}

@Suite struct PreparationTests {
  @Test("conditions and their widths")
  func widths() throws {
    let table = try simulated(rows: 500)
    let split = try Split(rows: 500, seed: 1)
    for (frame, independent, k, c) in [
      (Frame.canonical, true, 4, 6), (.canonical, false, 6, 6), (.centered, true, 6, 9),
      (.centered, false, 9, 9), (.raw, true, 9, 9),
    ] {
      let preparation = try Preparation(
        fittedTo: table, rows: split.training,
        settings: settings(frame, independent: independent, features: [.energies, .angles]))
      #expect(preparation.targets.count == k)
      #expect(preparation.conditions.count == c + 6)
      let data = try preparation.prepare(table, split)
      #expect(data.training.targets.count == 350 * k)
      #expect(data.test.conditions.count == 75 * (c + 6))
      #expect(data.validation.count == 75 && data.validation.undefinedRows == 0)
      // The training rows are what they were scaled by.
      for column in 0..<k {
        let values = stride(from: column, to: 350 * k, by: k).map { data.training.targets[$0] }
        #expect(abs(values.reduce(0, +) / 350) < 1e-4)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 350 - 1) < 1e-3)
      }
    }
  }

  @Test("targets restored are the positions", arguments: Frame.allCases, [true, false])
  func restores(frame: Frame, independent: Bool) throws {
    let family = GeometryFamily.oriented(OrientedFamily(offset: frame == .raw ? 0 : 1))
    let table = try simulated(family, rows: 400)
    let rows = (0..<400).filter { $0 % 3 != 0 }.map { UInt32($0) }
    let preparation = try Preparation(
      fittedTo: table, rows: Array(rows[..<200]),
      settings: settings(frame, independent: independent))
    if frame == .raw {
      #expect(preparation.targets.names == ["cx", "cy", "ox", "oy", "sx"])
    }
    for samples in [1, 3] {
      let k = preparation.targets.count
      let targets = try preparation.prepare(table, rows: rows).targets
      let predictions = rows.indices.flatMap { row in
        (0..<samples).flatMap { _ in targets[row * k..<(row + 1) * k] }
      }
      let restored = try preparation.restore(
        predictions, of: table, rows: rows, samples: samples, threads: 2)
      #expect(worst(restored, table, rows, samples: samples) < 1e-4)
    }
  }

  @Test("fitted values depend only on training rows")
  func leak() throws {
    let table = try simulated(rows: 300)
    let split = try Split(rows: 300, seed: 4)
    var each: [Preparation.Values] = []
    for change in [1, 1000] as [Float] {
      for row in split.validation + split.test {
        for c in 0..<18 { table[Int(row), c] *= change }
      }
      for scaler in ScalerKind.allCases {
        var chosen = settings(.canonical, features: [.magnitudes])
        (chosen.positionScaler, chosen.momentumScaler) = (scaler, scaler)
        each.append(
          try Preparation(fittedTo: table, rows: split.training, settings: chosen).values)
      }
    }
    #expect(Array(each[..<5]) == Array(each[5...]))
  }

  @Test("a prediction needs momenta alone, in any order of columns")
  func momentaAlone() throws {
    let table = try simulated(rows: 200)
    let preparation = try Preparation(
      fittedTo: table, rows: (0..<200).map { $0 }, settings: settings(.canonical))
    let names = Array(Molecule.carbonylSulfide.momentumColumns.reversed())
    let alone = Table<Float>(columns: names, rows: 200)
    for row in 0..<200 {
      for (c, name) in names.enumerated() {
        alone[row, c] = table[row, table.columns.firstIndex(of: name) ?? 0]
      }
    }
    let whole = try preparation.prepare(table)
    let part = try preparation.prepare(alone, positions: false)
    #expect(part.conditions == whole.conditions && part.targets.isEmpty)
    #expect(
      try preparation.restore(whole.targets, of: alone)
        == preparation.restore(whole.targets, of: table))
    let error = #expect(throws: Failure.self) { try preparation.prepare(alone) }
    #expect(error?.message == "no columns cx, cy, cz, ox, oy, oz, sx, sy, sz")
  }

  @Test("results do not depend on the number of threads")
  func threads() throws {
    let table = try simulated(rows: 40_000)
    let split = try Split(rows: 40_000, seed: 4)
    let chosen = settings(.canonical, features: [.angles])
    let one = try Preparation(fittedTo: table, rows: split.training, settings: chosen)
    let three = try Preparation(
      fittedTo: table, rows: split.training, settings: chosen, threads: 3)
    #expect(one == three)
    #expect(try one.prepare(table, split) == one.prepare(table, split, threads: 3))
  }

  @Test("rows without motion are refused in training and counted elsewhere")
  func atRest() throws {
    let table = try simulated(rows: 100)
    for c in 9..<18 { table[60, c] = 0 }
    let error = #expect(throws: Failure.self) {
      try Preparation(fittedTo: table, rows: [1, 60, 7])
    }
    #expect(
      error?.message
        == "1 training row has momenta without motion about the center of mass, "
        + "the first is row 61")
    let preparation = try Preparation(fittedTo: table, rows: (0..<50).map { $0 })
    let prepared = try preparation.prepare(table)
    #expect(prepared.undefinedRows == 1)
    #expect(prepared.conditions.allSatisfy { $0.isFinite })
  }

  @Test("a constant column is an error if the configuration says so")
  func constants() throws {
    let table = try simulated(.oriented(OrientedFamily()), rows: 100)
    var chosen = settings(.raw)
    chosen.constantPositions = .refuse
    let error = #expect(throws: Failure.self) {
      try Preparation(fittedTo: table, rows: (0..<100).map { $0 }, settings: chosen)
    }
    #expect(error?.message == "columns oz, sy, sz always have the same value")
    chosen.constantPositions = .zero
    let kept = try Preparation(fittedTo: table, rows: (0..<100).map { $0 }, settings: chosen)
    #expect(kept.targets.count == 9)
  }

  @Test("everything comes back from values; damaged ones are refused")
  func checkpoint() throws {
    let table = try simulated(rows: 200)
    let preparation = try Preparation(
      fittedTo: table, rows: (0..<150).map { $0 },
      settings: settings(.canonical, features: [.energies]))
    let again = try Preparation(preparation.values)
    #expect(again == preparation)
    #expect(try again.prepare(table) == preparation.prepare(table))
    var damaged: [Preparation.Values] = []
    func damage(_ change: (inout Preparation.Values) -> Void) {
      damaged.append(preparation.values)
      change(&damaged[damaged.count - 1])
    }
    damage { $0.frame = "other" }
    damage { $0.features = ["colors"] }
    damage { $0.axes = [1, 1, 0] }
    damage { $0.masses = [1, 2] }
    damage { $0.targets.columns = [] }
    damage { $0.names = ["a", "b", "c"] }
    for values in damaged {
      #expect(throws: Failure.self) { try Preparation(values) }
    }
  }
}
