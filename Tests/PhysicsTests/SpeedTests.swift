import Glibc
import Physics
import Testing

/// Prints explosions a second when IMPLODE_BENCH is set; asks only that rows come out.
@Suite(.enabled(if: getenv("IMPLODE_BENCH") != nil), .serialized) struct SpeedTests {
  private func seconds(_ clock: clockid_t, _ body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(clock, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let begin = now()
    body()
    return now() - begin
  }

  @Test("explosions a second on one core", arguments: families)
  func explosions(family: GeometryFamily) throws {
    let rows = 100_000
    let start = try positions(family, rows: rows)
    for (name, accuracy) in [
      ("fast", Accuracy.fast), ("precise", .precise), ("reference", .reference),
    ] {
      let report = try DataSetGenerator(family, seed: 1, accuracy: accuracy)
      var table = [Double](repeating: 0, count: rows * report.width)
      var sum = SimulationReport()
      let explosion = CoulombExplosion(accuracy: accuracy)
      let bare = seconds(CLOCK_THREAD_CPUTIME_ID) { _ = explosion.explode(start) }
      let whole = seconds(CLOCK_THREAD_CPUTIME_ID) {
        table.withUnsafeMutableBufferPointer { sum = report.makeRows(0..<rows, into: $0) }
      }
      print(
        "\(family) \(name): \(Int(Double(rows) / bare)) explosions/s, "
          + "\(Int(Double(rows) / whole)) rows/s with geometries, "
          + "\(Double(sum.steps) / Double(rows)) steps")
      #expect(sum.failed == 0)
    }
  }

  @Test("a million rows on two threads")
  func million() throws {
    let set = try DataSetGenerator(.random(RandomFamily()), seed: 1)
    var table = [Double](repeating: 0, count: 1_000_000 * set.width)
    let time = seconds(CLOCK_MONOTONIC) {
      table.withUnsafeMutableBufferPointer {
        _ = set.makeRows(0..<1_000_000, into: $0, threads: 2)
      }
    }
    print("1,000,000 rows in \(time) s on two threads")
  }
}
