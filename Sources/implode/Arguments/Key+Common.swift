import Configuration
import Datasets

/// Options that several commands have, said once.
extension Key {
  static func backend(_ path: any WritableKeyPath<Config, Backend> & Sendable) -> Key {
    Key("backend", path, env: "IMPLODE_BACKEND", "compute backend")
  }

  static func device(_ path: any WritableKeyPath<Config, Int?> & Sendable) -> Key {
    Key(
      "device", path, env: "IMPLODE_DEVICE",
      check: { $0.flatMap(Limit.notNegative) },
      "index of an OpenCL device")
  }

  static func tuneSeconds(_ path: any WritableKeyPath<Config, Double> & Sendable) -> Key {
    Key(
      "tune-seconds", path, env: "IMPLODE_TUNE_SECONDS",
      check: { $0 >= 0 && $0 <= 3600 ? nil : "must be from 0 to 3600" },
      "seconds to tune kernels on the first use of a GPU; 0: never")
  }

  static func batch(_ path: any WritableKeyPath<Config, Int?> & Sendable) -> Key {
    Key(
      "batch", path,
      check: { $0.flatMap(Limit.within(1...1_048_576)) },
      "rows per step, by default those of the configuration")
  }

  static func samples(_ path: any WritableKeyPath<Config, Int> & Sendable) -> Key {
    Key(
      "samples", path, check: Limit.within(1...100_000),
      "posterior samples for each row")
  }

  static func molecule(_ path: any WritableKeyPath<Config, String> & Sendable) -> Key {
    Key("molecule", path, placeholder: "NAME|FILE", "name, formula or file of the molecule")
  }

  static func charges(_ path: any WritableKeyPath<Config, String?> & Sendable) -> Key {
    Key(
      "charges", path, placeholder: "Q,Q,Q",
      "charges of the ions, by default those of the molecule")
  }

  static func threads(_ path: any WritableKeyPath<Config, Int?> & Sendable) -> Key {
    Key(
      "threads", path, env: "IMPLODE_THREADS",
      check: { $0.flatMap(Limit.within(1...1024)) },
      "number of threads, by default one per CPU core")
  }

  static func onBadRow(_ path: any WritableKeyPath<Config, BadRowPolicy> & Sendable) -> Key {
    Key("on-bad-row", path, "stop at a bad row, or skip it")
  }

  static func force(_ path: any WritableKeyPath<Config, Bool> & Sendable) -> Key {
    Key("force", path, "overwrite a file that the command did not write")
  }

  /// Of a command for which a run remembers what was chosen.
  static func onBadRow(_ path: any WritableKeyPath<Config, BadRowPolicy?> & Sendable) -> Key {
    Key(
      "on-bad-row", path,
      "stop at a bad row, or skip it (default error; for the training data of a run, as in training)"
    )
  }

  static func columns(_ path: any WritableKeyPath<Config, ColumnNames> & Sendable) -> Key {
    Key("columns", path, "names of columns in the file, where they are others: pcx=C_px,pcy=C_py")
  }

  static func units(_ path: any WritableKeyPath<Config, DataUnits> & Sendable) -> Key {
    Key(
      "units", path, "units of the file, where they are not atomic: momentum=si,position=angstrom")
  }

  static func table(_ path: any WritableKeyPath<Config, String?> & Sendable) -> Key {
    Key(
      "out", path, placeholder: "FILE", "CSV, CSV.GZ or NPZ file to write; - is standard output")
  }

  static func json(_ path: any WritableKeyPath<Config, Bool> & Sendable) -> Key {
    Key("json", path, "machine-readable output")
  }
}
