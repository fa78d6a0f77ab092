import Machine
import Text

/// Whether a launcher, such as mpirun or srun, has started this program several times at once.
enum ParallelStart {
  /// Counts of processes, by who sets them. Slurm's batch script has the job's count as well, which
  /// the count of its step replaces.
  private static let counts = [
    ["OMPI_COMM_WORLD_SIZE"], ["PMI_SIZE"], ["MV2_COMM_WORLD_SIZE"],
    ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"],
  ]

  /// Refuses to train the same run several times, each copy overwriting the others.
  static func check(_ variable: (String) -> String? = processEnvironment) throws {
    for names in counts {
      guard let name = names.first(where: { variable($0) != nil }), let value = variable(name),
        let count = Int(value), count > 1
      else { continue }
      throw Failure(
        "\(name)=\(count): \(count) copies would train the same run and overwrite each other",
        hint: "start one process: srun --ntasks=1 implode train …, or mpirun -n 1",
        code: .usage)
    }
  }
}
