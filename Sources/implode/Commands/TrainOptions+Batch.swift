import Configuration
import Machine
import Text
import Training

extension TrainOptions: BatchedOptions {
  func batchJob() throws -> BatchJob {
    try checkBatch()
    let seed = try ofFirstTask.resolve(nil).config.seed
    let name = (config ?? "run").lastPathPart.withoutEnding(".json5")
    var replaced: [(String, ShellWord)] = [
      ("out", folder(named: name)), ("resume", ShellWord("auto")),
    ]
    if batch.array != nil { replaced.append(("seed", try BatchJob.seed(seed))) }
    return BatchJob(
      command: "train", name: name,
      operands: [config].compactMap(\.self) + assignments.map { "\($0.name)=\($0.text)" },
      backend: backend, threads: threads, replaced: replaced, goesOn: true)
  }

  /// What the first task of an array trains: an error in it is better known now than in the job.
  private var ofFirstTask: TrainOptions {
    guard let first = batch.array?.prefix(while: \.isNumber) else { return self }
    var options = self
    options.config = config?.replacing(BatchJob.taskMark, with: first)
    options.assignments = assignments.map {
      Assignment($0.name, $0.text.replacing(BatchJob.taskMark, with: first))
    }
    return options
  }

  /// The same folder in every start of a job, and another one in every other job and task.
  private func folder(named name: String) -> ShellWord {
    guard let out else {
      let stem = ShellWord("runs/\(name)-")
      return batch.array == nil
        ? stem + .variable("SLURM_JOB_ID")
        : stem + .variable("SLURM_ARRAY_JOB_ID") + ShellWord("/") + BatchJob.task
    }
    if batch.array == nil { return ShellWord(out) }
    return out.contains(BatchJob.taskMark)
      ? ShellWord(out, replacing: BatchJob.taskMark, with: BatchJob.task)
      : ShellWord(out.hasSuffix("/") ? out : "\(out)/") + BatchJob.task
  }

  private func checkBatch() throws(Failure) {
    for (name, isGiven) in [
      ("dry-run", dryRun), ("fast-dev-run", fastDevRun), ("print-config", printConfig),
    ] where isGiven {
      throw .usage(
        "--print-sbatch with --\(name)",
        hint: "a script is for a whole run: omit one of them")
    }
    if let resume, resume != "auto" {
      throw .usage(
        "--print-sbatch with --resume \(resume)",
        hint: "every start of the script resumes what is in --out: --out \(resume)")
    }
    if data == "-" {
      throw .usage("--print-sbatch with --data -", hint: "a batch job has no input: name a file")
    }
  }
}

extension String {
  fileprivate func withoutEnding(_ ending: String) -> String {
    hasSuffix(ending) ? String(dropLast(ending.count)) : self
  }
}
