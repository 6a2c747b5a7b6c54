namespace Wanda.Catalog;

/// <summary>What headers tell of a place, a thing or a person, and others read only where the operator says so (law 12).</summary>
public enum PrivateFact
{
    /// <summary>Where the telescope stands; also the air mass, which with the time and two targets tells it.</summary>
    Coordinates,

    /// <summary>Serial numbers of cameras.</summary>
    Serials,

    /// <summary>The names of people: observer, author, artist, a camera's owner.</summary>
    Names,

    /// <summary>Files of another program that hold a path of its machine; they are left out of archives otherwise.</summary>
    Paths,
}
