import Foundation
import TestSupport
import Testing
import Text

/// `--print-sbatch`: scripts for Slurm, run by bash with programs in place of Slurm's.
@Suite struct BatchScriptTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    // The tasks of an array are named by Slurm; what srun runs is said, not done.
    _ = try folder.write(
      Array(
        """
        #!/bin/bash
        for word in "$@"; do printf '<%s>' "$word"; done
        echo
        [ -z "${END-}" ] || kill -TERM $PPID
        exit "${STATUS-0}"
        """.utf8), to: "srun")
    _ = try folder.write(Array("#!/bin/bash\necho \"scontrol $*\"".utf8), to: "scontrol")
    _ = try folder.write(Array("#!/bin/bash".utf8), to: "sleep")
  }

  private static let train = ["train", "default", "--data=data.csv", "--print-sbatch"]

  private func script(_ arguments: [String]) throws -> String {
    let result = try Binary.run(arguments)
    try #require(result.status == 0, "\(result.messages)")
    return result.output
  }

  /// What the script does: the words behind `srun --cpus-per-task=…` and the program, and the rest.
  private func run(
    _ script: String, _ variables: [String: String] = [:]
  ) throws -> (words: [String], rest: String, status: Int32) {
    _ = try folder.write(Array(script.utf8), to: "job.sh")
    let given = ["SLURM_JOB_ID": "17", "SLURM_CPUS_PER_TASK": "3"].merging(variables) { $1 }
    let exports = given.map { "export \($0.key)=\($0.value);" }.sorted().joined()
    let place = "cd '\(folder.path)'; chmod +x srun scontrol sleep; PATH=$PWD:$PATH;"
    // Threads of a test hold signals back.
    let result = try RunningTraining.unblockingSignals {
      try Binary.shell("\(place) \(exports) bash -u job.sh")
    }
    let lines = result.output.split(separator: "\n", maxSplits: 1)
    let words = lines.first?.dropFirst().dropLast().components(separatedBy: "><") ?? []
    #expect(words.first == "--cpus-per-task=3")
    return (Array(words.dropFirst(2)), lines.count > 1 ? String(lines[1]) : "", result.status)
  }

  @Test("a script runs the command line that was given, and goes on with its run")
  func whole() throws {
    let script = try script(
      Self.train + ["--backend", "cpu", "training.epochs=7", "--time", "0-2", "--threads", "2"])
    for line in [
      "--job-name=implode-train-default", "--cpus-per-task=2", "--time=0-2", "--requeue",
      "--open-mode=append", "--signal=USR1@90", "--output=%x-%j.out",
    ] { #expect(script.contains("\n#SBATCH \(line)\n"), "\(line)") }
    #expect(!script.contains("gpus") && !script.contains("--array"))
    let (words, rest, status) = try run(script)
    #expect(
      words == [
        "train", "default", "training.epochs=7", "--data=data.csv", "--backend=cpu", "--threads=2",
        "--out=runs/default-17", "--resume=auto",
      ])
    #expect(rest.isEmpty && status == 0)
  }

  @Test("exit code 75 requeues the job, once; another one, or an end by Slurm, does not")
  func requeue() throws {
    let script = try script(Self.train)
    let stopped = try run(script, ["STATUS": "75"])
    #expect(stopped.rest == "scontrol requeue 17\n" && stopped.status == 75)
    let failed = try run(script, ["STATUS": "78"])
    #expect(failed.rest.isEmpty && failed.status == 78)
    let ended = try run(script, ["STATUS": "75", "END": "1"])
    #expect(ended.rest.isEmpty && ended.status == 75)
  }

  @Test("names mean nothing to the shell")
  func quotation() throws {
    let name = "a b$HOME`id`\"'\\*;%a~.csv"
    let words = try run(
      script(["train", "default", "--data", name, "--out", "-o !", "--print-sbatch"])
    ).words
    #expect(
      words == ["train", "default", "--data=\(name)", "--out=-o !", "--resume=auto"])
    let run = try run(script(["predict", "--out", "x.csv", "--print-sbatch", "--", "-r", name]))
    #expect(run.words == ["predict", "./-r", name, "--out=x.csv"])
  }

  @Test("each task of an array has a seed and a folder of its own")
  func array() throws {
    let task = ["SLURM_ARRAY_JOB_ID": "16", "SLURM_ARRAY_TASK_ID": "3"]
    let array = ["--array", "0-7%2"]
    let script = try script(Self.train + array)
    #expect(script.contains("\n#SBATCH --array=0-7%2\n") && script.contains("=%x-%A_%a.out\n"))
    let words = try run(script, task).words
    #expect(words.suffix(3) == ["--out=runs/default-16/3", "--resume=auto", "--seed=4"])
    let named = try run(
      self.script(Self.train + array + ["--out", "sweep", "--seed", "100"]), task
    ).words
    #expect(named.suffix(3) == ["--out=sweep/3", "--resume=auto", "--seed=103"])
    let marked = try run(
      self.script(
        [
          "train", "default", "--data", "d%a%a.csv", "--out", "r-%a", "--print-sbatch",
          "optimizer.learningRate=1e-%a",
        ] + array), task
    ).words
    #expect(
      marked == [
        "train", "default", "optimizer.learningRate=1e-3", "--data=d33.csv", "--out=r-3",
        "--resume=auto", "--seed=4",
      ])
  }

  @Test("a prediction starts over; the tasks of an array write files of their own")
  func prediction() throws {
    let script = try script([
      "predict", "runs/a", "m-%a.csv", "--out=p-%a.csv", "--samples=8", "--mean", "--print-sbatch",
      "--array=1-9", "--backend=opencl",
    ])
    #expect(script.contains("\n#SBATCH --gpus-per-node=1\n") && !script.contains("--signal"))
    let words = try run(script, ["SLURM_ARRAY_JOB_ID": "16", "SLURM_ARRAY_TASK_ID": "3"]).words
    #expect(
      words == [
        "predict", "runs/a", "m-3.csv", "--out=p-3.csv", "--samples=8", "--mean",
        "--backend=opencl", "--seed=4",
      ])
  }

  @Test(
    "what no script can do is refused",
    arguments: [
      (["--data=-"], 64, "--data -"), (["--dry-run"], 64, "--dry-run"),
      (["--resume=runs/a"], 64, "--resume runs/a"), (["--time=1"], 64, "5 minutes"),
      (["--time=tomorrow"], 64, "HH:MM:SS"), (["--array=a"], 64, "0-7"),
      (["--gpus-per-node=4"], 64, "from 0 to 1"), (["training.epoch=1"], 78, "training.epochs"),
      (["--array=1", "--seed=18446744073709551615"], 64, "below 2^62"),
      (["--backend=cpu", "--gpus-per-node=1"], 64, "--backend is cpu"),
      (["--no-print-sbatch", "--time=5:00:00"], 64, "without --print-sbatch"),
    ])
  func refused(_ arguments: [String], _ status: Int32, _ part: String) throws {
    let result = try Binary.run(Self.train + arguments)
    #expect(result.status == status && result.messages.contains(part), "\(result.messages)")
  }

  @Test("the tasks of an array share a search, and every start continues it")
  func search() throws {
    let space = try folder.write(
      Array(#"{ search: { "model.components": { choice: [2, 4] } } }"#.utf8), to: "space.json5")
    let script = try script([
      "tune", space, "--data=d.csv", "--out=search", "--trials=9", "--print-sbatch", "--array=1-4",
    ])
    #expect(script.contains("\n#SBATCH --signal=USR1@90\n"))
    let (words, rest, _) = try run(
      script, ["SLURM_ARRAY_JOB_ID": "16", "SLURM_ARRAY_TASK_ID": "3", "STATUS": "75"])
    #expect(words == ["tune", space, "--data=d.csv", "--out=search", "--trials=9"])
    #expect(rest == "scontrol requeue 17\n")
  }

  @Test("predictions without files of their own are refused")
  func refusedPredictions() throws {
    for (out, more) in [("-", []), ("x.csv", ["--array=1-2"])] {
      let result = try Binary.run(
        ["predict", "runs/a", "m.csv", "--out", out, "--print-sbatch"] + more)
      #expect(result.status == 64, "\(result.messages)")
    }
  }

  @Test("scripts satisfy bash and, where it is installed, shellcheck")
  func checked() throws {
    for arguments in [
      Self.train, Self.train + ["--array=0-3", "--out=a b"],
      ["predict", "a", "it's $5.csv", "--out=x-%a.csv", "--array=1", "--print-sbatch"],
    ] {
      _ = try folder.write(Array(try script(arguments).utf8), to: "job.sh")
      let result = try Binary.shell(
        "cd '\(folder.path)'; bash -n job.sh && { ! command -v shellcheck >&2 || shellcheck job.sh; }"
      )
      #expect(result.status == 0, "\(result.output)")
    }
  }
}
