import Foundation
import Text

/// A batch script for Slurm that runs a command line as it was given.
struct BatchScript {
  let text: String

  init(_ options: some BatchedOptions) throws {
    let (job, batch) = (try options.batchJob(), options.batch)
    text = [
      Self.head(job, batch), Self.place,
      job.goesOn ? Self.goingOn(Self.call(job, options)) : Self.once(Self.call(job, options)),
    ].joined(separator: "\n\n")
  }

  private static func head(_ job: BatchJob, _ batch: BatchOptions) -> String {
    let gpus = batch.gpus ?? (job.backend == .opencl ? 1 : 0)
    let name = String("\(job.command)-\(job.name)".map { isPlain($0) ? $0 : "-" })
    let requests: [String?] = [
      "job-name=implode-\(name)", "nodes=1", "ntasks=1",
      // A GPU is fed by one thread; the others read the data and evaluate.
      "cpus-per-task=\(job.threads ?? (gpus > 0 ? 4 : 8))", "mem=8G",
      gpus > 0 ? "gpus-per-node=\(gpus)" : nil,
      "time=\(batch.time ?? BatchOptions.standardTime)", batch.array.map { "array=\($0)" },
      "output=%x-" + (batch.array == nil ? "%j" : "%A_%a") + ".out", "open-mode=append", "requeue",
      job.goesOn ? "signal=USR1@\(BatchOptions.warning)" : nil,
    ]
    return """
      #!/bin/bash
      # Of implode \(Implode.version). Edit what your cluster asks for; then, in this folder: sbatch FILE
      \(requests.compactMap(\.self).map { "#SBATCH --\($0)" }.joined(separator: "\n"))
      ##SBATCH --partition=NAME
      ##SBATCH --account=NAME
      """
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
  }

  private static let place = """
    # What the nodes need, such as:
    # module load opencl
    # export OCL_ICD_VENDORS=/etc/OpenCL/vendors
    """

  /// The command line, an option a line.
  private static func call<Options: BatchedOptions>(_ job: BatchJob, _ options: Options) -> String {
    let isArray = options.batch.array != nil
    func word(_ text: String) -> ShellWord {
      isArray
        ? ShellWord(text, replacing: BatchJob.taskMark, with: BatchJob.task) : ShellWord(text)
    }
    let standard = Options()
    let own = Set(job.replaced.map(\.name) + BatchOptions.keys.map(\.option.name))
    let given = Options.keys.compactMap { key -> String? in
      let (name, text) = (key.option.name, key.text(options))
      guard let text, text != key.text(standard), !own.contains(name) else { return nil }
      if key.option.isFlag { return text == "true" ? "--\(name)" : "--no-\(name)" }
      return "--\(name)=" + word(text).quoted
    }
    // A name that begins with a dash would be taken for an option.
    let operands = job.operands.map { word($0.hasPrefix("-") ? "./\($0)" : $0).quoted }
    let program = ShellWord(path).quoted
    let lines =
      [([program, job.command] + operands).joined(separator: " ")] + given
      + job.replaced.map { "--\($0.name)=\($0.value.quoted)" }
    return #"srun --cpus-per-task="$SLURM_CPUS_PER_TASK" \"# + "\n  "
      + lines.joined(separator: " \\\n    ")
  }

  /// This program, wherever it was found.
  private static var path: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "implode"
  }

  /// A command that starts over where it was stopped, which Slurm does by itself where the job was
  /// preempted or its node has failed.
  private static func once(_ call: String) -> String { call }

  /// Without `B:` Slurm sends its warning to the steps, past the shell, which could not take it
  /// while it waits for one.
  private static func goingOn(_ call: String) -> String {
    """
    # Slurm sends SIGTERM where it ends the job itself: cancelled, preempted, requeued.
    ended=
    trap 'ended=1' TERM

    # The first start begins the run, every later one goes on with it.
    status=0
    \(call) || status=$?

    # 75: stopped by a signal at a checkpoint, \(BatchOptions.warning) s before the time limit. SIGTERM comes at once.
    if [ "$status" -eq 75 ]; then
      sleep 2
      [ -n "$ended" ] || scontrol requeue "$SLURM_JOB_ID"
    fi
    exit "$status"
    """
  }
}
