import Configuration
import Text

/// What a batch script asks Slurm for; the options of every command that can be one.
struct BatchOptions: Hashable, Sendable {
  var isPrinted = false
  var time: String?
  var gpus: Int?
  var array: String?

  /// Long enough for most runs, short enough to start soon.
  static let standardTime = "4:00:00"
  /// Seconds before the time limit at which a run is told to save and stop.
  static let warning = 90

  static let keys: [Key<BatchOptions>] = [
    Key("print-sbatch", \.isPrinted, "print a Slurm script of this command line, to be edited"),
    Key(
      "time", \.time, placeholder: "TIME",
      check: { $0.flatMap(timeFault) },
      "time limit in the script (default \(standardTime))"),
    Key(
      "gpus-per-node", \.gpus, check: { $0.flatMap(Limit.within(0...1)) },
      "GPUs in the script (default 1 with --backend opencl, else 0)"),
    Key(
      "array", \.array, placeholder: "TASKS", check: { $0.flatMap(arrayFault) },
      "job array in the script, such as 0-7 or 0-31%4"),
  ]

  func validate(_ backend: Backend) throws(Failure) {
    if backend == .cpu, let gpus, gpus > 0 {
      throw .usage(
        "--gpus-per-node \(gpus), but --backend is cpu", hint: "omit one of them")
    }
    if isPrinted { return }
    for (name, isGiven) in [
      ("time", time != nil), ("gpus-per-node", gpus != nil), ("array", array != nil),
    ] where isGiven {
      throw .usage(
        "--\(name) without --print-sbatch", hint: "it is for the script: add --print-sbatch")
    }
  }

  /// Slurm's forms: minutes, MM:SS, HH:MM:SS, and D-HH, D-HH:MM, D-HH:MM:SS.
  private static func timeFault(_ text: String) -> String? {
    guard let match = text.wholeMatch(of: /(?:(\d{1,4})-)?(\d{1,6})(?::(\d{1,2}))?(?::(\d{1,2}))?/)
    else { return "must be minutes, HH:MM:SS or D-HH:MM:SS" }
    let parts = [match.2, match.3, match.4].compactMap { $0.flatMap { Int($0) } }
    let days = match.1.flatMap { Int($0) }
    let units = days != nil ? [3600, 60, 1] : parts.count == 3 ? [3600, 60, 1] : [60, 1]
    let seconds = (days ?? 0) * 86400 + zip(parts, units).map(*).reduce(0, +)
    // Slurm may send the signal a minute early.
    return seconds >= 300 ? nil : "must be 5 minutes or more: the job is told \(warning) s before"
  }

  private static func arrayFault(_ text: String) -> String? {
    let range = /\d+(-\d+(:\d+)?)?(,\d+(-\d+(:\d+)?)?)*(%\d+)?/
    return text.wholeMatch(of: range) == nil ? "must be tasks such as 0-7, 1,3,5 or 0-31%4" : nil
  }
}
