package import Testing

extension Trait where Self == ConditionTrait {
  /// For what debug builds take long for and see nothing more in than release builds do.
  ///
  /// A debug build checks the bounds of unsafe buffers and what `assert` says; those of arrays, and
  /// overflow, both builds check.
  package static var inReleaseBuilds: ConditionTrait {
    .disabled(if: isDebugBuild, "runs in release builds")
  }

  /// For tests that hold the program at points, which only debug builds have.
  package static var inDebugBuilds: ConditionTrait {
    .enabled(if: isDebugBuild, "runs in debug builds")
  }
}

private let isDebugBuild: Bool = {
  #if DEBUG
    true
  #else
    false
  #endif
}()
