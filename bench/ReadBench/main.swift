import Datasets
import Glibc
import Machine

// Times the reading of one file: read-bench FILE THREADS RUNS.
//
// Prints one line of JSON for the script that compares it with other readers.

/// The most memory that this process has held, in MiB; what `getrusage` says includes its parent's.
func peakMemory() -> Int {
  guard let file = fopen("/proc/self/status", "r") else { return 0 }
  defer { fclose(file) }
  var text = [UInt8](repeating: 0, count: 1 << 14)
  let count = fread(&text, 1, text.count, file)
  let lines = String(decoding: text[..<count], as: UTF8.self).split(separator: "\n")
  let words = lines.first { $0.hasPrefix("VmHWM:") }?.split(separator: " ") ?? []
  return words.count > 1 ? (Int(words[1]) ?? 0) / 1024 : 0
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let threads = Int(arguments[2]), let runs = Int(arguments[3]) else {
  print("usage: read-bench FILE THREADS RUNS")
  exit(64)
}
var reader = TableReader<Float>()
reader.threads = threads
var times: [Double] = []
var rows = 0
for _ in 0..<runs {
  let time = try ContinuousClock().measure { rows = try reader.read(arguments[1]).table.rows }
  times.append(time.seconds)
}
print("{\"rows\": \(rows), \"seconds\": \(times), \"peak_mib\": \(peakMemory())}")
