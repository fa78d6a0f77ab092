import Glibc
import Physics
import Testing

@testable import Datasets

/// Prints seconds for a million rows when IMPLODE_BENCH is set.
@Suite(.enabled(if: getenv("IMPLODE_BENCH") != nil), .serialized) struct PreparationSpeedTests {
  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let begin = now()
    try body()
    return now() - begin
  }

  @Test("a million rows", arguments: [1, 2])
  func million(threads: Int) throws {
    let rows = 1_000_000
    let table = try simulated(rows: rows)
    let split = try Split(rows: rows, seed: 1, threads: threads)
    let splitting = try seconds { _ = try Split(rows: rows, seed: 1, threads: threads) }
    print("\(threads) threads: split \(splitting) s")
    let audit = try seconds { _ = try Audit(of: table, threads: threads) }
    let twice = seconds { _ = Duplicates(in: table, threads: threads) }
    print("\(threads) threads: audit \(audit) s, of which duplicates \(twice)")
    for kind in [ScalerKind.standard, .robust] {
      var settings = PreparationSettings()
      (settings.positionScaler, settings.momentumScaler) = (kind, kind)
      var preparation: Preparation?
      let fit = try seconds {
        preparation = try Preparation(
          fittedTo: table, rows: split.training, settings: settings, threads: threads)
      }
      var data: PreparedData?
      let prepare = try seconds {
        data = try preparation?.prepare(table, split, threads: threads)
      }
      let restore = try seconds {
        _ = try preparation?.restore(
          data?.training.targets ?? [], of: table, rows: split.training, threads: threads)
      }
      print("\(threads) threads, \(kind): fit \(fit) s, prepare \(prepare) s, restore \(restore) s")
    }
  }
}
