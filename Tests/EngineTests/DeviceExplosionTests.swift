import COpenCL
import Glibc
import OpenCLBackend
import Physics
import TestSupport
import Testing

extension OnDevices {
  /// Explosions on every device, in both precisions and as on GPUs, compared with the CPU's in
  /// `Double`.
  @Suite(.needsOpenCL) struct DeviceExplosionTests {
    /// Of the norm of a row's momenta, and of their derivatives.
    static func bounds(isDouble: Bool) -> (momenta: Double, tangents: Double) {
      isDouble ? (1e-10, 2e-9) : (2e-6, 4e-5)
    }

    /// All devices with the ways to compute explosions of a molecule: vectors of rows in both
    /// precisions; and single rows, as on GPUs, where all loops are unrolled, which is in `Float`.
    static func all(
      _ molecule: Molecule, accuracy: Accuracy? = nil, blockBytes: Int = 64 << 20
    ) throws -> [OpenCLExplosion] {
      try [(true, false), (true, true), (false, false)].flatMap { isCPU, isDouble in
        try OnDevices.devices(asCPUs: isCPU).filter { !isDouble || $0.properties.hasDoubles }
          .map { device in
            try OpenCLExplosion(
              molecule, on: device, accuracy: accuracy ?? (isDouble ? .precise : .single),
              isDouble: isDouble, blockBytes: blockBytes)
          }
      }
    }

    @Test("momenta are the CPU's", arguments: ExplosionCase.all)
    func momenta(_ row: ExplosionCase) throws {
      let (expected, outcomes) = CoulombExplosion(row.molecule, accuracy: .reference)
        .explode(row.positions, start: row.start, charges: row.charges)
      for explosion in try Self.all(row.molecule) {
        let found = try explosion.explode(
          row.positions, start: row.start, charges: row.charges, threads: 2)
        let error = row.worstError(found.momenta, expected)
        print("\(row), \(explosion.isDouble ? "double" : "float"): momenta off by \(error)")
        #expect(error < row.ease * Self.bounds(isDouble: explosion.isDouble).momenta)
        #expect(found.outcomes.map(\.isExploded) == outcomes.map(\.isExploded))
      }
    }

    @Test("derivatives are the CPU's", arguments: ExplosionCase.all.filter { $0.start == nil })
    func tangents(_ row: ExplosionCase) throws {
      let (width, rows) = (row.molecule.width, min(40, row.rows))
      let positions = Array(row.positions.prefix(rows * width))
      let charges = row.charges.map { Array($0.prefix(rows * row.molecule.atoms)) }
      let directions = width - 3
      let along = Numbers.between(-1, 1, count: positions.count * directions, seed: 11)
      var momenta = positions
      var expected = along
      var codes = [Int32](repeating: 0, count: rows)
      momenta.withUnsafeMutableBufferPointer { momenta in
        expected.withUnsafeMutableBufferPointer { tangents in
          codes.withUnsafeMutableBufferPointer { codes in
            ExplosionCase.withBuffers(positions, along, charges) { positions, along, charges in
              CoulombExplosion(row.molecule, accuracy: .reference).explode(
                positions, directions: directions, along: along, charges: charges, into: momenta,
                tangents: tangents, outcomes: codes)
            }
          }
        }
      }
      for explosion in try Self.all(row.molecule) {
        let found = try explosion.explode(
          positions, directions: directions, along: along, charges: charges, threads: 2)
        let bounds = Self.bounds(isDouble: explosion.isDouble)
        let errors = [
          row.worstError(found.momenta, momenta),
          row.worstError(found.tangents, expected, of: width * directions),
        ]
        print("\(row), \(explosion.isDouble ? "double" : "float"): derivatives off by \(errors[1])")
        #expect(errors[0] < row.ease * bounds.momenta)
        #expect(errors[1] < row.ease * bounds.tangents)
      }
    }

    @Test("rows without an answer have the CPU's reasons, and leave their neighbors alone")
    func failures() throws {
      let molecule = Molecule.carbonylSulfide
      let good = [0, 0, 0, 2, 0.1, 0, -3, 0, 0.2]
      let bad: [[Double]] = [
        [0, 0, 0, 0, 0, 0, 3, 0, 0], [.nan, 0, 0, 2, 0, 0, -3, 0, 0],
        [0, 0, 0, .infinity, 0, 0, -3, 0, 0], good, good, good,
      ]
      let ions = [2.0, 2, 2]
      let charges: [Double] =
        (0..<3).flatMap { _ in ions + ions } + ions + [2, -1, 2] + ions + [.nan, 1, 1] + ions + ions
      let rows = bad.flatMap { good + $0 }
      let expected = CoulombExplosion(molecule).explode(rows, charges: charges).outcomes
      for explosion in try Self.all(molecule) {
        let (momenta, outcomes) = try explosion.explode(rows, charges: charges)
        let alone = try explosion.explode(good).momenta
        for row in outcomes.indices {
          let own = Array(momenta[9 * row..<9 * row + 9])
          if expected[row].isExploded {
            #expect(own == alone && outcomes[row].isExploded)
          } else {
            #expect(outcomes[row] == expected[row] && own.allSatisfy { $0.isNaN })
          }
        }
      }
      var accuracy = Accuracy.single
      accuracy.stepLimit = 3
      for explosion in try Self.all(molecule, accuracy: accuracy) {
        let (momenta, outcomes) = try explosion.explode(good)
        #expect(outcomes == [.tooManySteps] && momenta.allSatisfy { $0.isNaN })
      }
    }

    @Test("bits do not depend on blocks, on threads, or on whether there were other rows before")
    func blocks() throws {
      let molecule = Molecule.carbonylSulfide
      let rows = try GeometryFamily.random(RandomFamily())
        .positions(0..<700, of: molecule, seed: 3)
      for (whole, cut) in zip(try Self.all(molecule), try Self.all(molecule, blockBytes: 1 << 13)) {
        let expected = try whole.explode(rows, threads: 2).momenta
        #expect(try cut.explode(rows).momenta == expected)
        let last = try cut.explode(Array(rows.suffix(9 * 130))).momenta
        #expect(last == Array(expected.suffix(9 * 130)))
        #expect(try cut.explode([]).momenta.isEmpty)
      }
    }

    @Test("Newton's method comes as near as the precision allows, or says that it did not")
    func approach() throws {
      for atoms in [3, 5] {
        let row = try #require(ExplosionCase.all.first { $0.name == "random, \(atoms) atoms" })
        let (width, rows) = (row.molecule.width, 60)
        let truth = Array(row.positions.prefix(rows * width))
        let exact = CoulombExplosion(row.molecule, accuracy: .reference)
        var momenta = exact.explode(truth).momenta
        let noise = Numbers.between(-0.15, 0.15, count: truth.count, seed: 12)
        var starts = zip(truth, noise).map { $0 + $1 }
        // Two atoms in one place, and momenta that are none.
        for c in 0..<3 { starts[c] = starts[3 + c] }
        for c in width..<2 * width { momenta[c] = .nan }
        for explosion in try Self.all(row.molecule) {
          let goal = explosion.isDouble ? 1e-9 : 1e-5
          let found = try explosion.approach(
            starts, to: momenta, charges: nil, tolerance: goal, threads: 2)
          #expect(found.errors[..<2].allSatisfy { $0 == .infinity })
          #expect(found.positions[..<(2 * width)] == starts[..<(2 * width)])
          let arrived = (2..<rows).filter { found.errors[$0] <= goal }
          print("\(row), \(explosion.isDouble ? "double" : "float"): \(arrived.count) arrived")
          #expect(arrived.count > (atoms == 3 ? 54 : 48))
          let again = exact.explode(found.positions).momenta
          for k in 2..<rows where found.errors[k].isFinite {
            let part = k * width..<(k + 1) * width
            let error = row.worstError(Array(again[part]), Array(momenta[part]))
            #expect(abs(error - found.errors[k]) < 0.5 * goal + 1e-3 * error)
          }
        }
      }
    }

    @Test("a search by a device finds what the CPU's does, as exactly")
    func search() throws {
      let molecule = Molecule.carbonylSulfide
      let family = GeometryFamily.random(RandomFamily())
      let momenta = CoulombExplosion(accuracy: .reference)
        .explode(try family.positions(0..<8, of: molecule, seed: 13)).momenta
      let starts = try family.positions(0..<8 * 24, of: molecule, seed: 14)
      let search = GeometrySearch(molecule)
      let expected = search.search(momenta, from: starts, threads: 2)
      for explosion in try Self.all(molecule) where !explosion.isDouble {
        let found = try search.search(momenta, from: starts, threads: 2, by: explosion)
        let counts = [found, expected].map { $0.reduce(0) { $0 + $1.geometries.count } }
        print("geometries by a device \(counts[0]), by the CPU \(counts[1])")
        #expect(counts[0] >= counts[1] - 2 && counts[0] > 8)
        #expect(found.allSatisfy { $0.geometries.allSatisfy { $0.residual < 1e-11 } })
      }
    }

    #if DEBUG
      @Test("a device that fails is named, and what it had begun is forgotten")
      func faults() throws {
        let molecule = Molecule.carbonylSulfide
        let rows = try GeometryFamily.random(RandomFamily())
          .positions(0..<700, of: molecule, seed: 3)
        let explosion = try #require(try Self.all(molecule, blockBytes: 1 << 13).first)
        let expected = try explosion.explode(rows).momenta
        for call in ["clEnqueueNDRangeKernel", "clEnqueueWriteBuffer", "clWaitForEvents"] {
          opencl_ask_fault(call, 1, false, -5)
          defer { opencl_ask_fault("", 0, false, 0) }
          let error = try #require(throws: OpenCLError.self) { try explosion.explode(rows) }
          #expect(error.device == explosion.deviceName && error.status == -5)
          #expect(
            try explosion.explode(Array(rows.prefix(90))).momenta == Array(expected.prefix(90)))
        }
      }
    #endif

    @Test("too many atoms are refused with what to do")
    func atoms() throws {
      let many = try Molecule(
        names: (0..<9).map { "H\($0)" }, masses: [Double](repeating: 1837, count: 9),
        charges: [Double](repeating: 1, count: 9))
      let device = try #require(OnDevices.devices.first)
      let error = try #require(throws: OpenCLError.self) { try OpenCLExplosion(many, on: device) }
      #expect("\(error)".contains("9 atoms are more than the 8"))
      #expect(error.hint.contains("--backend cpu"))
    }
  }
}
