import Machine
import Text

/// Whether a launcher, such as mpirun or srun, has started this program several times at once.
struct ParallelStart {
  /// The variable that says how many processes there are, and its value.
  let name: String
  let count: Int
  /// The variable that says which of them this one is.
  let rank: String
  /// Which of them this one is; nil where the launcher does not say.
  let number: Int?

  /// How many processes a launcher has started, and which one this is; the innermost launcher first.
  ///
  /// Slurm counts the tasks of the step, which the script of a job is not: it may start one process
  /// after the other in the `SLURM_NTASKS` tasks that it has.
  private static let variables = [
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"),
    ("MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"), ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
  ]

  /// Launchers that give every process a command line of its own, also within a task of Slurm.
  private static let farms = ["HQ_TASK_ID", "PARALLEL_SEQ"]

  /// Nil for a process that was started alone.
  init?(_ variable: (String) -> String?) {
    let sizes = Self.variables.compactMap { size, rank in
      variable(size).flatMap { Int($0) }.map { (size, rank, $0) }
    }
    guard let (size, rank, count) = sizes.first, count > 1 else { return nil }
    (name, self.count, self.rank) = (size, count, rank)
    number = variable(rank).flatMap { Int($0) }
  }

  /// Refuses to train the same run several times, each copy overwriting the others.
  ///
  /// A folder whose name has the process's own number in it is no other's: of all processes that
  /// were given the same folder, at most those whose numbers it names get beyond this, and the lock
  /// of the folder lets one of them go on. Without the number, the lock alone would let one train
  /// and tell the others that the folder is in use, which is no help to whoever wanted to train on
  /// all of them.
  ///
  /// - Parameter out: the folder of the run; nil where each process would make one.
  static func check(
    out: String?, _ variable: (String) -> String? = processEnvironment
  ) throws {
    guard let start = ParallelStart(variable) else { return }
    if let out, farms.contains(where: { variable($0) != nil }) || start.isNamed(in: out) { return }
    throw Failure(
      "\(start.name)=\(start.count): \(start.count) processes would train the same run",
      hint:
        "start one: srun --ntasks=1 implode train …, or mpirun -n 1; for a run in each process: "
        + "sh -c 'implode train … --out \"runs/a-$\(start.rank)\"'",
      code: .usage)
  }

  /// Whether one of the numbers in a name is that of this process.
  private func isNamed(in out: String) -> Bool {
    guard let number else { return false }
    return out.split { !$0.isASCII || !$0.isNumber }.contains { Int($0) == number }
  }
}
