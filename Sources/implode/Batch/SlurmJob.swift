import Machine
import Text

/// What Slurm says of this process, for the record of a run.
struct SlurmJob {
  /// - Parameter variable: the environment.
  /// - Returns: null where Slurm has not started it.
  static func record(_ variable: (String) -> String? = processEnvironment) -> JSON {
    guard let job = variable("SLURM_JOB_ID") else { return .null }
    func text(_ name: String) -> JSON { variable(name).map { .string($0) } ?? .null }
    return .members([
      "job_id": .string(job), "array_job_id": text("SLURM_ARRAY_JOB_ID"),
      "array_task_id": text("SLURM_ARRAY_TASK_ID"),
      // Slurm counts from the first time that a job starts again.
      "restart_count": .integer(variable("SLURM_RESTART_COUNT").flatMap { Int($0) } ?? 0),
      "node": text("SLURMD_NODENAME"),
    ])
  }
}
