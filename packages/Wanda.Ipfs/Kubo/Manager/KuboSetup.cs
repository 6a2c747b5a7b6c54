namespace Wanda.Ipfs;

/// <summary>
/// A managed daemon's repository, without the daemon: its configuration is looked at, and written, while it does not run.
/// </summary>
/// <param name="options">How it is run.</param>
public sealed class KuboSetup(KuboManagerOptions options)
{
    private readonly ManagedRepository _repository = new(options.Repository);

    /// <summary>Whether the repository was made.</summary>
    public bool Exists => _repository.Exists;

    /// <summary>What the next start changes in the configuration.</summary>
    /// <exception cref="KuboTroubleException">The configuration cannot be read.</exception>
    public IReadOnlyList<KuboChange> Compare() => options.Effective.Compare(_repository.Read());

    /// <summary>
    /// Makes the repository when there is none, and its configuration what it should be, which the daemon reads at its start; takes away
    /// what a killed daemon left.
    /// </summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was changed; nothing of a repository that was just made.</returns>
    /// <exception cref="KuboTroubleException">There is no program, or the configuration cannot be read.</exception>
    public async Task<IReadOnlyList<KuboChange>> WriteAsync(CancellationToken cancellationToken = default)
    {
        ManagerFolder.Make(options.RunFolder); // its socket goes there
        if (Exists)
        {
            var changes = await _repository.WriteAsync(options.Effective, cancellationToken).ConfigureAwait(false);
            await _repository.ClearAsync(cancellationToken).ConfigureAwait(false);
            return changes;
        }

        var program = await KuboProgram.FindAsync(options, cancellationToken).ConfigureAwait(false);
        await _repository.InitAsync(program, options.Profile, options.Effective, cancellationToken).ConfigureAwait(false);
        return [];
    }
}
