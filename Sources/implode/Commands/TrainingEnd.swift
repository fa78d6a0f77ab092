import Training

/// Why training is over, as `run.json` has it; a failure has its message instead.
enum TrainingEnd: String {
  case finished
  /// `training.maxMinutes` are over.
  case timeLimit = "time limit"
  /// A trial of a search that was not worth going on with.
  case pruned
  /// By a signal.
  case stopped

  init(_ outcome: Trainer.Outcome, _ recorder: RunRecorder) {
    switch outcome {
    case .finished: self = .finished
    case .stopped:
      if StopFlag.caught != nil {
        self = .stopped
      } else if recorder.isGivenUp {
        self = .pruned
      } else {
        self = recorder.isTimeOver ? .timeLimit : .stopped
      }
    }
  }
}
