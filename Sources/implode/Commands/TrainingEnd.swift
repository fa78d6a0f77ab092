import Training

/// Why training is over, as `run.json` has it; a failure has its message instead.
enum TrainingEnd: String {
  case finished
  /// `training.maxMinutes` are over.
  case timeLimit = "time limit"
  /// By a signal.
  case stopped

  init(_ outcome: Trainer.Outcome, _ recorder: RunRecorder) {
    switch outcome {
    case .finished: self = .finished
    case .stopped: self = StopFlag.caught == nil && recorder.isTimeOver ? .timeLimit : .stopped
    }
  }
}
