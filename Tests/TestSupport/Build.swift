package import Testing

/// How the tests are built. Both builds run, and between them every test; see `make test`.
package enum Build {
  package static let isOptimized: Bool = {
    #if DEBUG
      false
    #else
      true
    #endif
  }()
}

extension Trait where Self == ConditionTrait {
  /// For numbers of whole networks, which debug builds take minutes for, and see nothing more in.
  package static var inReleaseBuilds: ConditionTrait {
    .enabled(if: Build.isOptimized, "runs in release builds")
  }

  /// For texts and refusals, where a release build sees nothing more than the bounds that a debug
  /// build checks.
  package static var inDebugBuilds: ConditionTrait {
    .disabled(if: Build.isOptimized, "runs in debug builds")
  }
}
