namespace Wanda.Ipfs;

/// <summary>Somebody who may hold a copy of a DAG, and has to be opened to be read: a gateway, a service, a disk with CAR files.</summary>
public interface ICopySource
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Opens its copy. That it opens promises little: each block is asked for, and verified, when it is read.</summary>
    /// <param name="root">The DAG's root.</param>
    /// <param name="cancellationToken">Ends the opening, and the copy's reads as well.</param>
    /// <exception cref="BlockNotFoundException">It has none.</exception>
    /// <exception cref="IOException">It does not answer, or refuses; reading the copy throws the same.</exception>
    Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default);
}

/// <summary>A copy that is open until it is disposed. One caller at a time.</summary>
public interface ICopy : IBlockSource, IAsyncDisposable;
