import Text

/// The options of a command that a batch script can run.
///
/// A command becomes one by `BatchOptions.keys` among its own, a job that says how the script's
/// command line differs from the given one, and a call of `BatchScript` where it is asked for.
protocol BatchedOptions: Sendable {
  static var keys: [Key<Self>] { get }
  var batch: BatchOptions { get }

  /// Those of a command line without options.
  init()

  /// What the script runs; throws for what no script can.
  func batchJob() throws -> BatchJob
}

/// What a batch script runs, besides the options as they were given.
struct BatchJob {
  let command: String
  /// What tells it from other jobs of the command.
  let name: String
  /// The arguments that are no options.
  let operands: [String]
  let backend: Backend
  let threads: Int?
  /// Options that have another value in the script.
  let replaced: [(name: String, value: ShellWord)]
  /// Whether it saves its state and exits with code 75 when it is told to stop, and goes on from
  /// there when it is started again.
  let goesOn: Bool

  /// The number of a task in its array.
  static let task = ShellWord.variable("SLURM_ARRAY_TASK_ID")
  /// What stands for it in arguments, as in Slurm's own file names.
  static let taskMark = "%a"

  /// Each task of an array has a random seed of its own: the given one and its number.
  static func seed(_ seed: UInt64) throws(Failure) -> ShellWord {
    guard seed < 1 << 62 else {
      throw .usage(
        "--array with --seed \(seed)", hint: "choose a seed below 2^62: shells count no further")
    }
    return .sum(seed, "SLURM_ARRAY_TASK_ID")
  }
}
