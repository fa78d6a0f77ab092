#!/bin/sh
# Checks and times what `make bundle` made on the machine it was copied to, and keeps the results:
#
#   bench/gpu.sh [DRIVER]     DRIVER: the OpenCL library of a driver that no .icd file names
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
implode=$here/dist/implode/bin/implode
[ -x "$implode" ] || { echo "error: no $implode" >&2; echo "hint: make bundle" >&2; exit 66; }

driver=${1:-}
if [ -z "$driver" ] && ! ls /etc/OpenCL/vendors/*.icd >/dev/null 2>&1; then
  for folder in /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/local/nvidia/lib64 /usr/local/cuda/lib64; do
    for name in libnvidia-opencl.so.1 libamdocl64.so; do
      [ -z "$driver" ] && [ -e "$folder/$name" ] && driver=$folder/$name
    done
  done
fi
[ -z "$driver" ] || export OCL_ICD_VENDORS="$driver"

mkdir -p "$here/bench/results"
stem=$here/bench/results/$(date +%Y-%m-%d)
out=$stem-opencl.txt
# A cache of its own, so that what is measured is what is kept beside the results.
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
export IMPLODE_CACHE="$cache"
{
  "$implode" devices --check
  # Before and after: the shipped kernels, and those that win here.
  "$implode" bench --backend opencl --device "${DEVICE:-0}" --seconds 4 --tune-seconds 0
  if "$implode" tune-kernels --device "${DEVICE:-0}" --seconds "${TUNE_SECONDS:-120}"; then
    cat "$cache"/opencl/tuning-*.txt >"$stem-tuning.txt"
  else
    echo "nothing was tuned"
  fi
  "$implode" bench --backend opencl --device "${DEVICE:-0}" --seconds 4
  "$implode" bench --backend opencl --device "${DEVICE:-0}" --seconds 4 --json
  # Explosions a second, in single and in double precision, and the CPU's.
  "$implode" bench --explosions --backend opencl --device "${DEVICE:-0}"
  "$implode" bench --explosions --backend cpu
  # Beside PyTorch, where this machine has it for its GPU; PYTHON names the one to use.
  python=${PYTHON:-python3}
  if "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
    "$python" "$here/bench/training.py" "$implode" --backend opencl \
      --json "$stem-training.json"
  else
    echo "no PyTorch with a GPU: PYTHON=/path/to/python names one"
  fi
} 2>&1 | tee "$out"
