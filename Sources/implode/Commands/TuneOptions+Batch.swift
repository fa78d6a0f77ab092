import Machine
import Search
import Text

extension TuneOptions: BatchedOptions {
  /// Every start continues the search, and the tasks of an array share it.
  func batchJob() throws -> BatchJob {
    if show != nil {
      throw Failure.usage("--print-sbatch with --show", hint: "a script is for a search to run")
    }
    _ = try SearchSpace(contentsOf: space ?? "")
    return BatchJob(
      command: "tune", name: (space ?? "").lastPathPart, operands: [space].compactMap(\.self),
      backend: backend, threads: threads, replaced: [], goesOn: true)
  }
}
