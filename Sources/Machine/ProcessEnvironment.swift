import Glibc

/// The environment variables of this process.
package let processEnvironment: @Sendable (String) -> String? = { name in
  getenv(name).map { String(cString: $0) }
}
