using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Benchmarks.Pipeline;

/// <summary>
/// Counts the bytes that processes give to OpenSSL's hashes, by a library that is preloaded into them: wherever the code hashes, it is
/// seen. It needs a C compiler, once.
/// </summary>
internal static class HashCounter
{
    // .NET finds OpenSSL's functions by dlsym, or is linked with them: both ways lead through here. A process counts in a file of its
    // number, which is mapped, so that no call more is made.
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdatomic.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <unistd.h>

        static void *(*real_dlsym)(void *, const char *);
        static int (*real_update)(void *, const void *, size_t);
        static _Atomic unsigned long long *total;

        static void *look(void *library, const char *name) {
            if (!real_dlsym) {
                real_dlsym = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
                if (!real_dlsym) real_dlsym = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
                if (!real_dlsym) real_dlsym = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
            }
            return real_dlsym(library, name);
        }

        __attribute__((constructor)) static void begin(void) {
            char path[4096];
            const char *folder = getenv("COUNT_HASHES");
            if (!folder) return;
            snprintf(path, sizeof path, "%s/%d", folder, (int)getpid());
            int file = open(path, O_RDWR | O_CREAT, 0600);
            if (file < 0 || ftruncate(file, 8) != 0) return;
            void *map = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            close(file);
            if (map != MAP_FAILED) total = map;
        }

        int EVP_DigestUpdate(void *context, const void *data, size_t count) {
            if (total) atomic_fetch_add(total, count);
            if (!real_update) real_update = look(RTLD_NEXT, "EVP_DigestUpdate");
            return real_update(context, data, count);
        }

        void *dlsym(void *library, const char *name) {
            void *found = look(library, name);
            if (found && name && strcmp(name, "EVP_DigestUpdate") == 0 && found != (void *)EVP_DigestUpdate) {
                real_update = found;
                return (void *)EVP_DigestUpdate;
            }
            return found;
        }
        """;

    private const string Compiler = "/usr/bin/cc";

    public static bool IsPossible => OperatingSystem.IsLinux() && File.Exists(Compiler);

    /// <summary>Has a process that is to be started count in a folder, its children too.</summary>
    public static async Task PreloadAsync(ProcessStartInfo start, string folder, CancellationToken cancellationToken)
    {
        var (source, library) = (Path.Combine(folder, "hashes.c"), Path.Combine(folder, "hashes.so"));
        await File.WriteAllTextAsync(source, Source, cancellationToken);
        using var compiling = Process.Start(Compiler, ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"]);
        await compiling.WaitForExitAsync(cancellationToken);
        if (compiling.ExitCode != 0)
            throw new InvalidOperationException("The library that counts hashes does not compile.");
        (start.Environment["LD_PRELOAD"], start.Environment["COUNT_HASHES"]) = (library, folder);
    }

    /// <summary>Bytes that a process hashed so far.</summary>
    public static async Task<long> BytesAsync(string folder, int process, CancellationToken cancellationToken) =>
        MemoryMarshal.Read<long>(await File.ReadAllBytesAsync(Path.Combine(folder, $"{process}"), cancellationToken));
}
