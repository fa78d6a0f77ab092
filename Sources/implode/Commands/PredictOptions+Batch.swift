import Machine
import Text

extension PredictOptions: BatchedOptions {
  /// A prediction that is stopped starts over: what it writes is complete or absent.
  func batchJob() throws -> BatchJob {
    let isArray = batch.array != nil
    guard let out, out != "-", momenta != "-", latents != "-" else {
      throw Failure.usage(
        "--print-sbatch with -", hint: "a batch job has no input and output: name files")
    }
    if isArray, !out.contains(BatchJob.taskMark) {
      throw Failure.usage(
        "--array with --out \(out): all tasks would write it",
        hint: "write \(BatchJob.taskMark) where the number of the task shall be: "
          + "--out positions-\(BatchJob.taskMark).csv")
    }
    return BatchJob(
      command: "predict", name: (folder ?? "").lastPathPart,
      operands: [folder, momenta].compactMap(\.self), backend: backend, threads: threads,
      replaced: isArray ? [("seed", try BatchJob.seed(seed))] : [], goesOn: false)
  }
}
