import Datasets
import Glibc

/// Times the reading of one file: read-bench FILE THREADS RUNS.
///
/// Prints one line of JSON for the script that compares it with other readers.
func seconds(of work: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try work()
  let (whole, rest) = (ContinuousClock.now - start).components
  return Double(whole) + Double(rest) * 1e-18
}

/// The most memory that this process has held, in MiB.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss / 1024
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let threads = Int(arguments[2]), let runs = Int(arguments[3]) else {
  print("usage: read-bench FILE THREADS RUNS")
  exit(64)
}
var reader = CSVReader<Float>()
reader.threads = threads
var times: [Double] = []
var rows = 0
for _ in 0..<runs {
  times.append(try seconds(of: { rows = try reader.read(arguments[1]).table.rows }))
}
print("{\"rows\": \(rows), \"seconds\": \(times), \"peak_mib\": \(peakMemory())}")
